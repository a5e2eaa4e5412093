package webhooks

import (
	"strings"

	"dojo/models"
	"dojo/store"
)

// slackMessage is a message for an incoming webhook of Slack, of Mattermost, or of another
// chat that takes the same. Slack shows the blocks and, in notifications, the text;
// Mattermost shows the text alone, which therefore says all.
type slackMessage struct {
	Text   string       `json:"text"`
	Blocks []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string     `json:"type"`
	Text     *slackText `json:"text,omitempty"`
	Elements []any      `json:"elements,omitempty"` // texts and buttons
}

// slackText is of the type plain_text throughout, in which nothing that people typed links,
// mentions or formats anything.
type slackText struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"` // turns :names: into pictures
}

type slackButton struct {
	Type string    `json:"type"`
	Text slackText `json:"text"`
	URL  string    `json:"url"`
}

// Limits of Slack's on texts, in characters.
const (
	maxHeader  = 150
	maxSection = 3000
	maxButton  = 75
)

func blocks(due store.DueDelivery, said said) slackMessage {
	message := slackMessage{
		Text:   "*" + unmarked(plainText(said.title, maxHeader).Text) + "*",
		Blocks: []slackBlock{{Type: "header", Text: plainText(said.title, maxHeader)}},
	}
	if about := whereabouts(due); about != "" {
		context := plainText(about, maxHeader)
		message.Text += "\n" + unmarked(context.Text)
		message.Blocks = append(message.Blocks, slackBlock{Type: "context", Elements: []any{context}})
	}
	if len(said.lines) > 0 {
		section := plainText(strings.Join(said.lines, "\n"), maxSection)
		message.Text += "\n" + unmarked(section.Text)
		message.Blocks = append(message.Blocks, slackBlock{Type: "section", Text: section})
	}
	message.Text += "\n<" + said.url + "|" + unmarked(said.label) + ">"
	message.Blocks = append(message.Blocks, slackBlock{Type: "actions", Elements: []any{
		slackButton{Type: "button", Text: *plainText(said.label, maxButton), URL: said.url}}})
	return message
}

// whereabouts names the team and the environment that a delivery is about.
func whereabouts(due store.DueDelivery) string {
	about := models.RedactKeys(due.Told.Team)
	if kind := due.Told.Environment; kind != "" && about != "" {
		about += " · " + kind.Name()
	}
	return about
}

func plainText(text string, limit int) *slackText {
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit-1]) + "…"
	}
	return &slackText{Type: "plain_text", Text: text}
}

// unmarked keeps a text that people typed from linking, mentioning or formatting anything:
// it writes Slack's own three characters as entities, and puts a space without width behind
// those with which Markdown and mentions begin.
func unmarked(text string) string { return unmarker.Replace(text) }

const zeroWidthSpace = "\u200b"

var unmarker = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@"+zeroWidthSpace,
	"](", "]"+zeroWidthSpace+"(", "![", "!"+zeroWidthSpace+"[", "://", ":"+zeroWidthSpace+"//",
	"*", "*"+zeroWidthSpace, "_", "_"+zeroWidthSpace, "~", "~"+zeroWidthSpace, "`", "`"+zeroWidthSpace,
	"#", "#"+zeroWidthSpace)
