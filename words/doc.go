// Package words is the one place for words that pages and mails share: the sentences
// for events, outcomes and exposures, the names of roles, keys and reasons, and how
// counts and moments are written. They are plain text without links; where something
// is to be done, the page knows the address. What the API and the dashboard say of a
// refused request is in [dojo/models.Checks].
package words
