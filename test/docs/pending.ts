/**
 * Commands of the guide that the program does not know yet. A test fails as soon as it knows one: then the line goes,
 * and the command is run like the others.
 */
export const PENDING: ReadonlySet<string> = new Set([
  'ordersctl context list',
  'ordersctl context use shop-look',
  'ordersctl context show',
  'ordersctl doctor',
  'ordersctl doctor --for-sale PRODUCT',
  'ordersctl review list',
  'ordersctl inspect REFERENCE',
  'ordersctl list --hop stuck --summary',
  'ordersctl help contexts',
  'ordersctl context set shop databaseUrlFile=shop.url redisUrl=redis://redis.shop:6379/0 kafkaBrokers=kafka.shop:9092 temporalAddress=temporal.shop:7233 production=true',
  'ordersctl context set shop-look databaseUrlFile=shop.url redisUrl=redis://redis.shop:6379/0 kafkaBrokers=kafka.shop:9092 temporalAddress=temporal.shop:7233 readOnly=true',
  'ordersctl inspect --user USER',
  'ordersctl audit --product PRODUCT --repair --dry-run',
  "ordersctl audit --product PRODUCT --repair --reason 'counter was changed by hand'",
  'ordersctl cancel --product PRODUCT --even-if-paid --dry-run',
  "ordersctl cancel --product PRODUCT --even-if-paid --reason 'called off'",
  'ordersctl refund --product PRODUCT --restock --dry-run',
  "ordersctl refund --product PRODUCT --restock --reason 'called off'",
  "ordersctl review resolve ORDER --reason 'refunded by bank transfer, ticket 4711'",
  'ordersctl report --product PRODUCT',
  'ordersctl report --product PRODUCT --html report.html',
]);
