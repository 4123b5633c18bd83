import { it } from 'vitest';
import { startOwnBroker } from '../../support/own-broker.js';
it('x', async () => {
  let t=performance.now(); const lap=(n:string)=>{console.log(n,Math.round(performance.now()-t)); t=performance.now();};
  const b = await startOwnBroker(); lap('first');
  await b.stop(); lap('stop'); await b.start(); lap('restart');
  await b.stop(); lap('stop'); await b.start(); lap('restart');
  await b.close(); 
}, 90000);
