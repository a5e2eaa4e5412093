// The page of a shop that uses the published client. The tests call these.

// miso is the client with a key.
function miso(apiKey) {
  return new MisoClient({ apiKey, apiHost: `${DOJO}/v1` });
}

// upload sends interactions, and says how that went.
async function upload(apiKey, ...interactions) {
  try {
    await miso(apiKey).api.interactions.upload(interactions);
    return 'accepted';
  } catch (refusal) {
    return `${refusal.status ?? 'unreadable'} ${refusal.message}`;
  }
}

// beacon sends an interaction as a page does that is being left: nobody reads the
// answer.
function beacon(apiKey, interaction) {
  return navigator.sendBeacon(`${DOJO}/v1/interactions?api_key=${apiKey}`, JSON.stringify({ data: [interaction] }));
}
