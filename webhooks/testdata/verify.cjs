// Verifies a delivery with the published library, as a receiver would.
// Arguments: the delivery as JSON ({headers, body}), then secrets, each of which is tried.
const { Webhook } = require('standardwebhooks');

const [delivery, ...secrets] = process.argv.slice(2);
const { headers, body } = JSON.parse(delivery);

for (const secret of secrets) {
  try {
    const message = new Webhook(secret).verify(body, headers);
    console.log('verified ' + message.type);
  } catch (error) {
    console.log(error.message);
  }
}
