/** The decisions of the protocol as switches: each one off is a variant that must fail. */

export interface Rules {
  /** reserve answers an earlier hold of the same reservation id first. */
  readonly answersEarlierHold: boolean;
  /** release and settle leave a mark that ends the reservation id in Redis. */
  readonly leavesDoneMark: boolean;
  /** The order claims its units in Postgres; Redis alone grants nothing. */
  readonly claimsInPostgres: boolean;
  /** The sweep commits a row before it releases. */
  readonly abandonsFirst: boolean;
  /** Orders of holds made under an earlier epoch are refused. */
  readonly fencesByEpoch: boolean;
  /** A load closes the product before it looks at Postgres. */
  readonly unloadsFirst: boolean;
  /** A load brings the marks of ended reservations back. */
  readonly loadsDoneMarks: boolean;
  /** A hold found for a confirmed order whose Redis half is done is a duplicate: released, not settled. */
  readonly releasesDuplicates: boolean;
  /** release, settle and take act on the generation that they name. */
  readonly namesGenerations: boolean;
}

export const PROTOCOL: Rules = {
  answersEarlierHold: true,
  leavesDoneMark: true,
  claimsInPostgres: true,
  abandonsFirst: true,
  fencesByEpoch: true,
  unloadsFirst: true,
  loadsDoneMarks: true,
  releasesDuplicates: true,
  namesGenerations: true,
};
