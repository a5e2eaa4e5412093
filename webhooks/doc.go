// Package webhooks tells addresses that teams and the desk have set up what has happened,
// over HTTP. A change's own transaction writes down what happened, deliveries are made out
// after it, and a Sender hands each to its receiver: signed as Standard Webhooks says
// (https://www.standardwebhooks.com), or as a message with blocks for a chat.
//
// The addresses are typed by people who must not reach this machine or the network around
// it, so each connection is checked once names are looked up, right before it is made.
package webhooks
