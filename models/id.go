package models

import (
	"crypto/rand"
	"strings"
)

// NewID returns a new random identifier: 26 lowercase base32 characters that
// carry at least 128 random bits.
func NewID() string { return strings.ToLower(rand.Text()) }
