// Package models holds Dojo's nouns and their rules: what a team, an
// environment, a key, an unlock request is, which state may follow which, and
// who may do what. It knows nothing of databases, pages or the network.
// GORM's struct tags appear here because they are plain strings.
package models
