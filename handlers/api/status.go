package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// ProductTask answers with how an upload or a deletion of products ended.
func (a *API) ProductTask(c echo.Context) error { return a.status(c, models.Products) }

// UserTask answers with how an upload or a deletion of end users ended.
func (a *API) UserTask(c echo.Context) error { return a.status(c, models.EndUsers) }

func (a *API) status(c echo.Context, of models.Collection) error {
	task, err := a.options.Store.Task(c.Request().Context(), grantOf(c), of, c.Param("task"))
	if err != nil {
		return err
	}
	return answer{http.StatusOK, encode(struct {
		Took   int      `json:"took"`
		Errors bool     `json:"errors"`
		Data   []string `json:"data"`
		Code   int      `json:"code"`
	}{0, task.Code >= http.StatusBadRequest, append([]string{}, task.Lines...), task.Code})}.send(c)
}
