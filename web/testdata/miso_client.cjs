// Uploads an interaction through the published browser client, once with each of
// the keys given, and prints a line for each: "accepted", or the status and
// message that the client was refused with.
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

(async () => {
  for (const apiKey of keys) {
    const miso = new MisoClient({ apiKey, apiHost });
    try {
      await miso.api.interactions.upload({ type: 'product_detail_page_view', product_ids: ['p1'] });
      console.log('accepted');
    } catch (refusal) {
      console.log(refusal.status, refusal.message);
    }
  }
})();
