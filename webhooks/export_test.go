package webhooks

// Body composes what is sent, for tests of what it says.
var Body = body
