package words

import "dojo/models"

// Exposure is what is said of a kind of exposure, on pages and in mails.
type Exposure struct {
	Title   string // what was seen
	Meaning string // what is wrong with it
	Advice  []models.Fix

	// A mail begins a sentence with the key's name, and goes on with Seen. It has room
	// for one piece of advice.
	Seen       string
	MailAdvice string
}

var exposures = map[models.ExposureKind]Exposure{
	models.SecretInBrowser: {
		Title:   "A web page uses the secret key",
		Meaning: "Whoever visits the page can read the key and do everything with it that you can.",
		Advice: []models.Fix{
			{Text: "Treat the key as known to others: revoke it.", At: models.AtRevocation},
			{Text: "Let the page use the publishable key, or ask a server of yours."},
			{Text: "Refuse the secret key from browsers, so that this shows at once.", At: models.AtSettings},
		},
		Seen: "was sent by a web browser. Everybody who opens that page can read it there",
		MailAdvice: "Take the key out of the page and call Dojo from your server, or use the publishable key. " +
			"Then replace the secret key: treat it as known to others.",
	},
	models.SecretInURL: {
		Title: "The secret key is sent in URLs",
		Meaning: "Programs send it as the parameter api_key. " +
			"Proxies and servers on the way keep URLs in their logs, where many people can read them.",
		Advice: []models.Fix{
			{Text: "Send it in the X-API-KEY header instead."},
			{Text: "Once your programs do, replace the key: the old one is in logs.", At: models.AtRevocation},
			{Text: "Where a program cannot do otherwise, accept it for that program: it is no warning then."},
		},
		Seen: "was sent in a URL. Proxies, logs and browsers' histories keep URLs",
		MailAdvice: "Send it in the header X-API-KEY or Authorization instead. " +
			"Then replace it: treat it as known to whoever reads those logs.",
	},
	models.WrongEnvironment: {
		Title: "A program asks for records that are not here",
		Meaning: "Many of its requests in a row found nothing. " +
			"It may hold the key of one environment and mean the data of another.",
		Advice: []models.Fix{
			{Text: "Look which records it asks for.", At: models.AtUsage},
			{Text: "Give it the key of the environment that has them.", At: models.AtKeys},
		},
		Seen:       "asked many times for records that do not exist. Often the key of another environment is meant",
		MailAdvice: "Look whether the program has the key of the environment whose records it asks for.",
	},
	models.PublishableOnServer: {
		Title: "A server uses the publishable key",
		Meaning: "That works for interactions. " +
			"The key is made for web pages and apps: limits on origins do not hold for servers.",
		Advice: []models.Fix{{Text: "Use the secret key in programs that only you run.", At: models.AtKeys}},
		Seen: "is used by a program that is not a browser. It is made for pages, and may do less there than the " +
			"secret key",
		MailAdvice: "If it is your server, give it the secret key. " +
			"If you do not know the program, somebody may have copied the key from your page.",
	},
}

// ExposureOf returns what is said of the kind, also of one of a later version.
func ExposureOf(kind models.ExposureKind) Exposure {
	if exposure, ok := exposures[kind]; ok {
		return exposure
	}
	return Exposure{
		Title:      "A key is where it should not be",
		Seen:       "was seen where it should not be",
		MailAdvice: "Look at who uses it, and replace it if that is not you.",
	}
}
