package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// browse asks for a page as a browser does that has been told a token.
func (s *site) browse(path, token string) (status int, header http.Header, body string) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		s.Fatal(err)
	}
	if token != "" {
		req.SetBasicAuth("whoever", token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func TestWhereThingsStandIsReadInABrowser(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	s.as("alice").say("", `declare "checkout <b>failing</b>" sev:1 service:payments-api`)
	s.as("alice").say("#inc-1-checkout-b-failing-b", `decide "fail over to B" because "replica lag is 2 s"`)

	status, header, page := s.browse("/incidents/INC-1", s.tokens["bob"])
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/html") || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %v", status, header)
	}
	for _, want := range []string{"INC-1 SEV1 checkout &lt;b&gt;failing&lt;/b&gt;", "fail over to B", "declared SEV1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "<b>failing") || strings.Contains(page, "<script") || strings.Contains(page, "<form") {
		t.Errorf("what people write is markup:\n%s", page)
	}
	if status, _, list := s.browse("/incidents", s.tokens["bob"]); status != http.StatusOK || !strings.Contains(list, "INC-1") {
		t.Errorf("the list: %d\n%s", status, list)
	}
}

func TestAPageIsShownToWhoMaySeeIt(t *testing.T) {
	s := openSite(t, settingsFor(t, shareProviders(t)))
	s.as("alice").say("", `declare "somebody copies the ledger" sev:1 --private`)
	for _, c := range []struct {
		sentence, path, token string
		status                int
	}{
		{"its people see a private incident", "/incidents/INC-1", s.tokens["alice"], http.StatusOK},
		{"nobody else does", "/incidents/INC-1", s.tokens["bob"], http.StatusForbidden},
		{"nor anybody without a token", "/incidents/INC-1", "", http.StatusUnauthorized},
		{"nor with a wrong one", "/incidents", "hft_wrong", http.StatusUnauthorized},
		{"there is no such incident", "/incidents/INC-9", s.tokens["alice"], http.StatusNotFound},
		{"that is no incident", "/incidents/x", s.tokens["alice"], http.StatusNotFound},
		{"the API takes no password, which a browser would send by itself", "/api/v1/incidents", s.tokens["alice"], http.StatusUnauthorized},
	} {
		status, header, page := s.browse(c.path, c.token)
		if status != c.status {
			t.Errorf("%s: %d, want %d", c.sentence, status, c.status)
		}
		if status != http.StatusOK && strings.Contains(page, "ledger") {
			t.Errorf("%s, and the page says what it is about:\n%s", c.sentence, page)
		}
		if asks := strings.HasPrefix(header.Get("WWW-Authenticate"), "Basic "); asks != (status == http.StatusUnauthorized && strings.HasPrefix(c.path, "/incidents")) {
			t.Errorf("%s: a browser is asked for a password: %v", c.sentence, asks)
		}
	}
}
