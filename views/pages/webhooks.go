package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/words"
)

// Webhooks is /t/{team}/webhooks and /desk/webhooks, the list.
type Webhooks struct {
	Base
	// Path is the address of the list.
	Path string
	Rows []WebhookRow
	// CanAdd is false when there are as many as there may be.
	CanAdd bool
}

// WebhookRow is a webhook.
type WebhookRow struct {
	ID        string
	URL       string
	Host      string
	Format    models.WebhookFormat
	Events    []models.Event
	CreatedAt time.Time
	CreatedBy string
	// FailingSince is the first failure since something arrived; zero when the last try arrived.
	FailingSince time.Time
	// PausedAt is since when nothing is sent; zero while it is not paused.
	PausedAt time.Time
	PausedBy string
	// PausedByDojo tells that it was paused because it failed for too long.
	PausedByDojo bool
	// FormerUntil is until when the secret before the last rotation signs too.
	FormerUntil time.Time
}

// WebhookNew is …/new. Its form: POST to the list's address with url, format and events.
type WebhookNew struct {
	Base
	Path string
	Form WebhookForm
}

// WebhookForm keeps what was typed, and what is wrong with it.
type WebhookForm struct {
	URL         string
	Format      models.WebhookFormat
	Events      []models.Event
	URLError    string
	FormatError string
	EventsError string
}

// Wrong is the form with what is wrong with it, by the names of its fields.
func (f WebhookForm) Wrong(fields map[string]string) WebhookForm {
	f.URLError, f.FormatError, f.EventsError = fields["url"], fields["format"], fields["events"]
	return f
}

// Webhook is …/{webhook}. Its forms: POST …/test, …/pause, …/resume; POST to its own address
// with url, format and events; GET ?rotate=1 and then POST …/rotate; GET ?delete=1 and then
// POST …/delete.
type Webhook struct {
	Base
	WebhookRow
	Path string
	// Secret is shown once, behind the creation and each rotation.
	Secret     string
	Deliveries []WebhookDelivery
	Pager      Pager
	Form       WebhookForm
	// Dialog is the open one; empty when none is.
	Dialog WebhookDialog
}

// WebhookDialog asks before something is done to a webhook.
type WebhookDialog string

// The dialogs; each is the name of its parameter in the query, and the end of its form's
// address.
const (
	DeleteWebhookDialog WebhookDialog = "delete"
	RotateWebhookDialog WebhookDialog = "rotate"
)

// WebhookDelivered is …/{webhook}/deliveries/{delivery}. Its form: POST …/again.
type WebhookDelivered struct {
	Base
	WebhookRow
	Path     string
	Delivery WebhookDelivery
}

// DeliveryState says how far a delivery has come: whether it arrived.
type DeliveryState string

// The states.
const (
	Sending   DeliveryState = "sending"  // it was not tried yet
	Delivered DeliveryState = "arrived"  // the receiver has it
	Retrying  DeliveryState = "retrying" // the last try failed
	Dead      DeliveryState = "dead"     // it was given up
)

// WebhookDelivery is what was sent, or is to be.
type WebhookDelivery struct {
	ID    string
	Event models.Event
	At    time.Time
	State DeliveryState
	Tries int
	// TriedAt is the last try; zero before the first.
	TriedAt time.Time
	// NextTry is when it is tried again, while it is Retrying.
	NextTry time.Time
	Took    time.Duration
	// Status is that of the answer; 0 without one.
	Status  int
	Answer  string
	Failure string
	Body    string
}

// frame is the team's or the desk's.
func webhookFrame(b Base) templ.Component {
	if b.Team != nil {
		return b.TeamPage()
	}
	return b.DeskPage()
}

func (p Webhooks) lead() string {
	if p.Team != nil {
		return "Addresses that are told what happens in " + models.Isolated(p.Team.Name) + ", as it happens."
	}
	return "Addresses that are told what happens in all teams, as it happens."
}

// Address is the webhook's own.
func (p Webhook) Address() string { return p.Path + "/" + p.ID }

func (p WebhookDelivered) address() string { return p.Path + "/" + p.ID }

// shortURL is enough of the address to tell it from others, without what may be secret in
// it.
func (r WebhookRow) shortURL() string {
	_, rest, _ := strings.Cut(r.URL, "://")
	if _, path, _ := strings.Cut(rest, "/"); path == "" {
		return r.Host
	}
	return r.Host + "/…"
}

func (r WebhookRow) choice() string {
	switch {
	case len(r.Events) == len(models.Events()):
		return "All events"
	case len(r.Events) == 1:
		return words.EventName(r.Events[0])
	}
	return words.Plural(len(r.Events), "event")
}

func (r WebhookRow) formerSigns(now time.Time) bool { return now.Before(r.FormerUntil) }

func (f WebhookForm) hears(event models.Event) bool { return slices.Contains(f.Events, event) }

// rejected tells that the form came back.
func (f WebhookForm) rejected() bool {
	return f.URLError != "" || f.FormatError != "" || f.EventsError != ""
}

// answerLine is the status of the answer with its name, or that there was none.
func (d WebhookDelivery) answerLine() string {
	if d.Status == 0 {
		return "No answer"
	}
	return strings.TrimSpace(strconv.Itoa(d.Status) + " " + http.StatusText(d.Status))
}

func (d WebhookDelivery) triesLine() string {
	if d.Tries == 1 {
		return "The first one"
	}
	return words.Count(d.Tries) + " so far"
}

// formerLine says how long the secret before the last rotation signs.
func (r WebhookRow) formerLine() string {
	return "Deliveries are signed with the secret before as well, until " + words.Moment(r.FormerUntil) + "."
}

func (f WebhookForm) eventsDescribedBy() string {
	if f.EventsError == "" {
		return ""
	}
	return "events-error"
}

// polling has the page look for the answer while one is to come.
func (p WebhookDelivered) polling() templ.Attributes {
	every := "1s"
	switch p.Delivery.State {
	case Sending:
	case Retrying:
		every = "5s"
	default:
		return nil
	}
	return live("delivery", p.address()+"/deliveries/"+p.Delivery.ID, every)
}

func (d WebhookDialog) title() string {
	if d == RotateWebhookDialog {
		return "Rotate the secret"
	}
	return "Delete this webhook"
}

func (d WebhookDialog) consequence(host string) string {
	if d == RotateWebhookDialog {
		return "A new secret is shown once. For a day deliveries to " + host + " are signed with both, so that the " +
			"receiver can change over in peace; after that the old one is worth nothing. A secret that an earlier " +
			"rotation left signing ends now."
	}
	return "Nothing is sent to " + host + " any more. What was not delivered so far is lost, and the list of " +
		"deliveries with it."
}

func (d WebhookDialog) action() string {
	if d == RotateWebhookDialog {
		return "Rotate"
	}
	return "Delete"
}

func (d WebhookDialog) busy() string {
	if d == RotateWebhookDialog {
		return "Rotating…"
	}
	return "Deleting…"
}

func (d WebhookDialog) look() string {
	if d == RotateWebhookDialog {
		return "primary"
	}
	return "danger"
}
