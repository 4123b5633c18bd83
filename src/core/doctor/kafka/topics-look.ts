/** The one look at the topics that checks share. */
import type { TopicReport } from '../../kafka/cluster-reader.js';
import type { Sources } from '../check.js';

export async function topicsLook({ stores }: Sources): Promise<readonly TopicReport[]> {
  const cluster = await stores.cluster();
  return cluster.topics();
}

export async function brokersLook({ stores }: Sources): Promise<number> {
  const cluster = await stores.cluster();
  return cluster.brokers();
}
