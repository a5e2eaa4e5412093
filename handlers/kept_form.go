package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// markField is the field that each form of a page carries, and says who has filled it in. A form with a file carries it
// in its address, so that it is known before the file is read.
const markField = "typed_as"

var (
	postForm = regexp.MustCompile(`<form\b[^>]*\smethod="post"[^>]*>`)
	action   = regexp.MustCompile(`\saction="[^"]*`)
)

// marked is the page with the mark in each of its forms that change something.
func marked(page []byte, mark string) []byte {
	field := []byte(`<input type="hidden" name="` + markField + `" value="` + mark + `">`)
	return postForm.ReplaceAllFunc(page, func(form []byte) []byte {
		if strings.Contains(string(form), `enctype="multipart`) {
			return action.ReplaceAll(form, []byte("${0}?"+markField+"="+mark))
		}
		return append(form[:len(form):len(form)], field...)
	})
}

// typedBy is the id of who has filled in the form that was sent; empty when it does not say so.
func (h *Handlers) typedBy(c echo.Context) string {
	if c.Request().Method != http.MethodPost {
		return ""
	}
	mark := c.Request().PostForm.Get(markField)
	if mark == "" {
		mark = c.QueryParam(markField)
	}
	return h.Store.FormOf(mark)
}

// errOthersForm refuses a form that somebody else has filled in, in another tab or before another person signed in.
var errOthersForm = models.Errorf(models.Conflict,
	"This form was filled in by somebody who was signed in here before you. It was not sent as yours, and nothing was "+
		"changed. Open the page again to go on as yourself.")

// Keep makes an endpoint one whose form is kept for whoever has filled it in when they are not signed in any more, so
// that it comes back filled in once they are. Its handler has to answer a form that was not right with the form and
// what was typed in it.
func (h *Handlers) Keep(endpoint Endpoint) Endpoint {
	serve := endpoint.Serve
	endpoint.Serve = func(c echo.Context) error {
		err := serve(c)
		if models.CodeOf(err) == models.Unauthenticated || errors.Is(err, errOthersForm) {
			return h.keepForm(c, err)
		}
		return err
	}
	return endpoint
}

// keepForm answers a form of somebody who is not signed in, or not as who has filled it in.
func (h *Handlers) keepForm(c echo.Context, cause error) error {
	typedBy := h.typedBy(c)
	if typedBy == "" {
		return cause
	}
	form := models.KeptForm{Path: c.Request().URL.Path, Page: again(c), Fields: lasting(c.Request().PostForm)}
	token, err := h.Store.KeepForm(c.Request().Context(), typedBy, form)
	if models.CodeOf(err) == models.NotFound {
		return cause
	}
	if err != nil {
		return err
	}
	resume := resumePath + token
	if !errors.Is(cause, errOthersForm) {
		return redirectToLogin(c, resume)
	}
	page := pages.OthersForm{Base: layout.Base{Title: "Somebody else’s form", Now: h.Store.Now()}, Back: form.Page,
		Next: "/login?" + nextQuery(resume)}
	if user, err := h.signedIn(c); err == nil {
		page.Base.Person = &layout.Person{Name: user.Name, Email: user.Email, Engineer: user.Engineer}
	}
	return render(c, http.StatusConflict, page)
}

// resumePath is where a form that was kept is shown again.
const resumePath = "/resume/"

// shortLived are parts of the names of fields that are not kept: what proves something is typed anew.
var shortLived = []string{markField, proofFields, "password", "confirm", "code", "key", "token", "secret", "credential"}

// lasting are the fields of a form that may be kept.
func lasting(form url.Values) url.Values {
	kept := url.Values{}
	for name, values := range form {
		if containsAny(name, shortLived) {
			continue
		}
		for _, value := range values {
			kept.Add(name, models.RedactKeys(value))
		}
	}
	return kept
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// Resume shows a form that was kept, filled in: the form's handler runs as if it had just been sent, and every change
// that it makes refuses itself (store.OnlyShown). Whoever did not fill it in is led to their own pages.
func (h *Handlers) Resume(v *Visit) error {
	form, err := h.Store.KeptForm(v.ctx(), v.Actor, v.Param("form"))
	if models.CodeOf(err) == models.NotFound {
		return v.Redirect(http.StatusSeeOther, "/")
	}
	if err != nil {
		return err
	}
	asked := v.Request()
	sent := asked.WithContext(store.OnlyShown(v.ctx()))
	sent.Method, sent.URL, sent.Body = http.MethodPost, &url.URL{Path: form.Path}, http.NoBody
	sent.PostForm, sent.Form = form.Fields, form.Fields
	sent.Header = http.Header{"Referer": {h.PublicURL + form.Page}}
	v.session.AddFlash(good("What you typed is still here",
		"You had been signed out, and nothing was sent. Look at it, and send it."))
	v.SetRequest(sent)
	v.Echo().Router().Find(http.MethodPost, form.Path, v.Context)
	err = v.Handler()(v.Context)
	v.SetRequest(asked)
	if code := models.CodeOf(err); err == nil || code == models.Unavailable || code == models.Internal {
		return err
	}
	v.session.Flashes() // it is not there
	return v.redirect(local(form.Page), bad("Nothing was sent", "You had been signed out. Do it once more here."))
}
