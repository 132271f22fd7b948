package web

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Pages are for people with a browser: where things stand, to be read on a
// telephone that has no chat. They show what the same commands answer, and there
// is nothing on them that does anything.

// pages is the path of the list of incidents; each has a page below it.
const pages = "/incidents"

// PageOf is the path of an incident's page.
func PageOf(incident string) string { return pages + "/" + incident }

func isPage(r *http.Request) bool {
	return r.URL.Path == pages || strings.HasPrefix(r.URL.Path, pages+"/")
}

// listPage shows the active incidents.
func (s *Server) listPage(w http.ResponseWriter, r *http.Request) {
	s.page(w, r, "Incidents", "list")
}

// incidentPage shows where one stands and what has happened in it.
func (s *Server) incidentPage(w http.ResponseWriter, r *http.Request) {
	id, err := idOf(r)
	if err != nil {
		s.sayOnPage(w, http.StatusNotFound, err)
		return
	}
	s.page(w, r, id, "status #"+id, "timeline #"+id)
}

// page shows what commands answer, one below the other. The first that is refused
// is all there is.
func (s *Server) page(w http.ResponseWriter, r *http.Request, title string, texts ...string) {
	var shown templates.Message
	status := http.StatusOK
	for i, text := range texts {
		reply, _ := s.o.Answering.Answer(r.Context(), asked(r, text))
		if i > 0 {
			shown.Blocks = append(shown.Blocks, templates.Block{Kind: templates.Divider})
		}
		shown.Blocks = append(shown.Blocks, withoutButtons(reply)...)
		if reply.Code != "" {
			status = statusOf(reply.Code)
			break
		}
	}
	draw(w, status, title, shown)
}

// withoutButtons leaves out what could not be pressed here.
func withoutButtons(reply bot.Reply) []templates.Block {
	return slices.DeleteFunc(slices.Clone(reply.Message.Blocks), func(b templates.Block) bool { return b.Kind == templates.Actions })
}

// sayOnPage tells somebody with a browser what is wrong.
func (s *Server) sayOnPage(w http.ResponseWriter, status int, err error) {
	f := fault.From(err)
	draw(w, status, "Holdfast", templates.Message{Blocks: []templates.Block{
		{Kind: templates.Paragraph, Text: []templates.Span{{Text: f.Text}}},
		{Kind: templates.Context, Text: []templates.Span{{Text: f.Next}}},
	}})
}

// refreshed is after how many seconds a browser asks again.
const refreshed = "30"

func draw(w http.ResponseWriter, status int, title string, m templates.Message) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// Styles stand on the elements; nothing is fetched, run, framed or sent.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	if status == http.StatusOK {
		h.Set("Refresh", refreshed)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, templates.HTML(m, templates.HTMLOptions{Title: title, Root: "/incident"})) // who asked has gone
}

// signIn is what a browser that names nobody is asked for: it knows no bearers.
const signIn = `Basic realm="Holdfast: any name, and your token as the password", charset="UTF-8"`

// asBearer lets a browser send a token as the password that it asks people for.
// Only pages take it, which change nothing: a browser sends it along by itself,
// whoever has made it ask.
func asBearer(r *http.Request) *http.Request {
	_, token, ok := r.BasicAuth()
	if !ok {
		return r
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}
