// Uploads interactions through the published browser client: one with each of the
// keys given, and with the first key a batch of two, and one with a fault. It
// prints a line for each: "accepted", or the status and message that the client was
// refused with, and the lines about the faults.
//
//   node miso_client.cjs API_HOST KEY...

// The client is made for browsers. This is what it touches of one.
globalThis.window = globalThis;
globalThis.location = new URL('https://shop.example/products/p1?utm_source=letter');
globalThis.document = { referrer: 'https://search.example/', title: 'First' };
const kept = new Map();
globalThis.sessionStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
};

const MisoClient = require('@miso.ai/client-sdk');
const [apiHost, ...keys] = process.argv.slice(2);

const view = { type: 'product_detail_page_view', product_ids: ['p1'] };

async function upload(apiKey, interactions) {
  const miso = new MisoClient({ apiKey, apiHost });
  try {
    await miso.api.interactions.upload(interactions);
    console.log('accepted');
  } catch (refusal) {
    console.log(refusal.status, refusal.message, ...(refusal.data.data ?? []));
  }
}

(async () => {
  for (const apiKey of keys) await upload(apiKey, view);
  await upload(keys[0], [view, view]);
  await upload(keys[0], [view, { ...view, product_ids: 'p1' }]);
})();
