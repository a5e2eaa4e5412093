package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Product answers with a product as it was uploaded.
func (a *API) Product(c echo.Context) error { return a.show(c, models.Products) }

// User answers with an end user as it was uploaded.
func (a *API) User(c echo.Context) error { return a.show(c, models.EndUsers) }

// ProductIDs answers with the ids of all products.
func (a *API) ProductIDs(c echo.Context) error { return a.list(c, models.Products) }

// UserIDs answers with the ids of all end users.
func (a *API) UserIDs(c echo.Context) error { return a.list(c, models.EndUsers) }

// list reads the ids in parts, so that neither memory nor a transaction grows with them,
// and asks before each whether the key is still good. Each id that is there all the while
// is in the answer once.
func (a *API) list(c echo.Context, of models.Collection) error {
	if err := refuseNearRead(c.Request()); err != nil {
		return err
	}
	ctx, grant := c.Request().Context(), grantOf(c)
	ids, more, err := a.options.Store.RecordIDs(ctx, grant, of, "", nil) // an error here still has an answer
	if err != nil {
		return err
	}
	out := newStream(c)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	array := idArray{}
	out.write([]byte(`{"message":"success","data":{"ids":[`))
	for out.write(array.next(ids)); more && out.err == nil; out.write(array.next(ids)) {
		if err = a.checkAgain(visitOf(c)); err != nil {
			break
		}
		if ids, more, err = a.options.Store.RecordIDs(ctx, grant, of, ids[len(ids)-1], ids); err != nil {
			break
		}
	}
	if err == nil {
		out.write([]byte("]}}"))
	}
	if err := errors.Join(err, out.err); err != nil {
		a.options.Logger.WarnContext(ctx, "a list of ids ended before its end", "error", err, "request_id",
			requestID(c))
		return http.ErrAbortHandler
	}
	return nil
}

// idArray writes the parts of a JSON array of ids into the same memory, so that a long
// answer leaves little for the garbage collector.
type idArray struct {
	part  bytes.Buffer
	begun bool
}

// next returns the next part, without brackets. It holds until the next one.
func (a *idArray) next(ids []string) []byte {
	a.part.Reset()
	encoder := json.NewEncoder(&a.part)
	for i := range ids {
		if a.begun {
			a.part.WriteByte(',')
		}
		if err := encoder.Encode(&ids[i]); err != nil {
			panic(err) // texts always encode
		}
		a.part.Truncate(a.part.Len() - 1) // the line's end
		a.begun = true
	}
	return a.part.Bytes()
}

func (a *API) show(c echo.Context, of models.Collection) error {
	if err := refuseNearRead(c.Request()); err != nil {
		return err
	}
	id, ok := recordID(c)
	if !ok {
		return notFound.send(c)
	}
	record, err := a.options.Store.Record(c.Request().Context(), grantOf(c), of, id)
	if err != nil {
		return err
	}
	return answer{http.StatusOK, slices.Concat([]byte(`{"message":"success","data":`), record, []byte(`}`))}.send(c)
}

// maxID is the longest id of a record, in characters.
const maxID = 512

// recordID returns the id in the path, decoded, and whether a record could have
// it. A NUL is no text to PostgreSQL, and a name with "_" before it is an endpoint's.
func recordID(c echo.Context) (string, bool) {
	id := c.Param("id")
	if c.Request().URL.RawPath != "" { // then the routing went by it, and nothing is decoded yet
		var err error
		if id, err = url.PathUnescape(id); err != nil {
			return "", false
		}
	}
	text := utf8.ValidString(id) && !strings.ContainsRune(id, 0)
	return id, text && id != "" && !strings.HasPrefix(id, "_") && utf8.RuneCountInString(id) <= maxID
}
