// Package journey is the proof that Dojo works for people: it starts the whole
// program on a real database and drives its pages in a real browser, with real
// clicks and key presses. Things on a page are found as assistive technology
// finds them, by role and accessible name.
//
// It is tests only, and starts the program as it is built.
package journey
