package standin_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

const (
	secret = "correct-horse-battery-staple"
	key    = "INC-1/page:team:app"
	// The example of docs/webhook.md, which openssl has signed.
	example   = `{"version":1,"kind":"page","key":"INC-1/page:team:app","incident":"INC-1","target":"team:app","summary":"INC-1 SEV1: checkout failing","severity":1}`
	signature = "t=1793613600,v1=a314ce33118fc3c4d1315b7a69fa03f27fc710455a07306e28ce02bd9dcb07ae"
)

// desk is an endpoint that is served, and what it has done.
type desk struct {
	*standin.Webhook
	pager   *standin.Pager
	tracker *standin.Tracker
	clock   *clock.Manual
	server  *standin.Server
	seen    *tally
}

func serve(t *testing.T) *desk {
	t.Helper()
	c := clock.NewManual(start)
	d := &desk{pager: standin.NewPager(c), tracker: standin.NewTracker(c, "OPS"), clock: c, seen: newTally()}
	d.Webhook = standin.NewWebhook(d.pager, d.tracker, c, secret, "another-secret-beside-it")
	d.pager.On(d.seen.note)
	d.tracker.On(d.seen.note)
	var err error
	if d.server, err = standin.Serve(t.Context(), d.Webhook); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// letter is a request to be; what is empty is as it should be for the example.
type letter struct{ method, path, query, key, body, signature string }

func (d *desk) send(ctx context.Context, l letter) (status int, body string, err error) {
	orElse := func(s *string, els string) {
		if *s == "" {
			*s = els
		}
	}
	content := l.query
	if l.method != http.MethodGet {
		orElse(&l.method, http.MethodPost)
		orElse(&l.body, example)
		orElse(&l.key, key)
		content = l.body
	}
	orElse(&l.path, "/pager")
	orElse(&l.signature, sign(start, content, secret))
	r, err := http.NewRequestWithContext(ctx, l.method, d.server.URL+l.path+"?"+l.query, strings.NewReader(l.body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", l.key)
	r.Header.Set("Holdfast-Signature", l.signature)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(all), err
}

func sign(at time.Time, content, with string) string {
	mac := hmac.New(sha256.New, []byte(with))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), content)
	return fmt.Sprintf("t=%d,v1=%x", at.Unix(), mac.Sum(nil))
}

func TestTheEndpointTakesWhatTheContractSays(t *testing.T) {
	ticket := `{"version":1,"kind":"ticket","key":"k","project":"OPS","summary":"s","text":"t","severity":2}`
	for sentence, test := range map[string]struct {
		letter letter
		status int
		body   string
	}{
		"the example of the page":            {letter{signature: signature}, 201, `{"id":"PG-1"}`},
		"what another active secret signed":  {letter{signature: sign(start, example, "another-secret-beside-it")}, 201, `{"id":"PG-1"}`},
		"one good signature among others":    {letter{signature: signature + ",v1=00"}, 201, `{"id":"PG-1"}`},
		"a ticket":                           {letter{path: "/tracker", key: "k", body: ticket}, 201, `{"id":"OPS-1"}`},
		"a lookup of what is not there":      {letter{method: "GET", query: "key=x"}, 404, `{"error":"there is nothing under x"}`},
		"no signature":                       {letter{signature: "none"}, 401, `{"error":"the signature does not hold"}`},
		"the signature of something else":    {letter{body: strings.Replace(example, "team:app", "team:dba", 1), signature: signature}, 401, ""},
		"a signature from the past":          {letter{signature: sign(start.Add(-6*time.Minute), example, secret)}, 401, ""},
		"a signature from the future":        {letter{signature: sign(start.Add(6*time.Minute), example, secret)}, 401, ""},
		"a time that was moved":              {letter{signature: strings.Replace(signature, "t=1793613600", "t=1793613601", 1)}, 401, ""},
		"the secret of nobody":               {letter{signature: sign(start, example, "")}, 401, ""},
		"a lookup that was signed for less":  {letter{method: "GET", query: "key=x", signature: sign(start, "", secret)}, 401, ""},
		"an unknown path":                    {letter{path: "/pagers"}, 404, `{"error":"there is nothing at /pagers"}`},
		"the root":                           {letter{path: "/"}, 404, ""},
		"another method":                     {letter{method: "PUT", signature: sign(start, "", secret)}, 400, ""},
		"a lookup without a key":             {letter{method: "GET", query: "k=x"}, 400, ""},
		"a field that nobody knows":          {letter{body: strings.Replace(example, "target", "targets", 1)}, 400, ""},
		"another version":                    {letter{body: strings.Replace(example, `"version":1`, `"version":2`, 1)}, 400, ""},
		"a body that is no JSON":             {letter{body: "page!"}, 400, ""},
		"another key in the header":          {letter{key: "INC-1/page:team:dba"}, 400, ""},
		"a ticket at the pager":              {letter{key: "k", body: ticket}, 400, `{"error":"the pager does not take a ticket"}`},
		"a page at the tracker":              {letter{path: "/tracker"}, 400, `{"error":"the tracker does not take a page"}`},
		"a target that nobody is":            {letter{body: strings.Replace(example, `:"team:app"`, `:"everybody"`, 1)}, 404, ""},
		"a project that the tracker has not": {letter{path: "/tracker", key: "k", body: strings.Replace(ticket, "OPS", "NOPE", 1)}, 404, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := serve(t)
			status, body, err := d.send(t.Context(), test.letter)
			if err != nil || status != test.status || test.body != "" && body != test.body || !strings.HasPrefix(body, "{") {
				t.Errorf("it answers %d %s, %v; want %d %s", status, body, err, test.status, test.body)
			}
			done := d.seen.of(standin.Page)() + d.seen.of(standin.Ticket)()
			if want := status == 201; (done == 1) != want {
				t.Errorf("it has done %d things", done)
			}
			if calls := d.Calls(); len(calls) != 1 || calls[0].Status != status || !calls[0].At.Equal(start) {
				t.Errorf("recorded: %+v", calls)
			}
		})
	}
}

func TestEachFailureLooksOnTheWireAsItIs(t *testing.T) {
	for mode, want := range map[string]struct {
		status int // 0: no answer
		body   string
		done   int
	}{
		standin.Refuse:       {},
		standin.BadTLS:       {},
		standin.LostReply:    {done: 1},
		standin.Unauthorized: {status: 401, body: `{"error":"the signature does not hold"}`},
		standin.Throttle:     {status: 429, body: `{"error":"too many requests"}`},
		standin.ServerError:  {status: 500, body: "it failed"},
		standin.Unavailable:  {status: 503, body: "it is down"},
		standin.Garbage:      {status: 200, body: "<html>Welcome</html>"},
	} {
		t.Run(mode, func(t *testing.T) {
			d := serve(t)
			failing(t, d.pager.Faults)(mode, 1)
			status, body, err := d.send(t.Context(), letter{})
			if status != want.status || body != want.body || (err != nil) != (want.status == 0) || d.seen.of(standin.Page)() != want.done {
				t.Errorf("it answers %d %q, %v, having paged %d times", status, body, err, d.seen.of(standin.Page)())
			}
			if c := d.Calls(); len(c) != 1 || c[0].Fault != mode || c[0].Kind != standin.Page || c[0].Key != key || c[0].Status != want.status {
				t.Errorf("recorded: %+v", c)
			}
			if status, body, err := d.send(t.Context(), letter{}); err != nil || status != 201 || body != `{"id":"PG-1"}` {
				t.Errorf("afterwards it answers %d %s, %v", status, body, err)
			}
		})
	}
}

func TestAHangingCallEndsWithItsCallerOrTheServer(t *testing.T) {
	for _, who := range []string{"caller", "server"} {
		t.Run(who, func(t *testing.T) {
			d := serve(t)
			failing(t, d.pager.Faults)(standin.Hang, 1)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			recorded := make(chan bool)
			d.OnCall(func(standin.Call) { recorded <- true })
			var calling sync.WaitGroup
			calling.Go(func() {
				if status, _, err := d.send(ctx, letter{}); err == nil {
					t.Errorf("it answers %d", status)
				}
			})
			<-recorded
			if who == "caller" {
				cancel()
			} else if err := d.server.Close(); err != nil {
				t.Error(err)
			}
			calling.Wait()
			if d.seen.of(standin.Page)() != 0 {
				t.Error("somebody was called")
			}
		})
	}
}

func TestACallIsDoneAndRecordedBeforeItIsAnswered(t *testing.T) {
	d := serve(t)
	d.clock.Add(time.Minute)
	answered := make(chan bool, 1)
	var told []standin.Call
	d.OnCall(func(c standin.Call) {
		if d.seen.of(standin.Page)() != 1 || len(d.Calls()) != len(told)+1 {
			t.Error("not done and recorded yet")
		}
		if len(answered) != len(told) {
			t.Error("answered already")
		}
		told = append(told, c)
	})
	if status, _, err := d.send(t.Context(), letter{}); err != nil || status != 201 {
		t.Fatalf("it answers %d, %v", status, err)
	}
	answered <- true
	if status, body, err := d.send(t.Context(), letter{method: http.MethodGet, query: "key=" + key}); err != nil || status != 200 || body != `{"id":"PG-1"}` {
		t.Fatalf("a lookup is answered %d %s, %v", status, body, err)
	}
	at := start.Add(time.Minute)
	want := []standin.Call{
		{At: at, Path: "/pager", Kind: standin.Page, Key: key, Status: 201, Ref: "PG-1"},
		{At: at, Path: "/pager", Kind: standin.Find, Key: key, Status: 200, Ref: "PG-1"},
	}
	for i, c := range d.Calls() {
		if c != want[i] || told[i] != want[i] {
			t.Errorf("call %d: recorded %+v, told %+v, want %+v", i, c, told[i], want[i])
		}
	}
}

func TestASlowEndpointTakesItsTime(t *testing.T) {
	d := serve(t)
	const slow = 30 * time.Millisecond
	d.pager.Slow(slow)
	var real clock.System
	before := real.Now()
	if status, _, err := d.send(t.Context(), letter{}); err != nil || status != 201 {
		t.Errorf("it answers %d, %v", status, err)
	}
	if took := real.Now().Sub(before); took < slow {
		t.Errorf("it took only %s", took)
	}
	d.pager.Slow(time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), slow)
	defer cancel()
	if status, _, err := d.send(ctx, letter{}); err == nil {
		t.Errorf("it answers %d", status)
	}
}

func TestManyCallersAtOnceOpenOneTicketUnderOneKey(t *testing.T) {
	d := serve(t)
	ticket := `{"version":1,"kind":"ticket","key":"k","project":"OPS","summary":"s"}`
	var calling sync.WaitGroup
	for range 8 {
		calling.Go(func() {
			if status, body, err := d.send(t.Context(), letter{path: "/tracker", key: "k", body: ticket}); err != nil || status != 201 || body != `{"id":"OPS-1"}` {
				t.Errorf("it answers %d %s, %v", status, body, err)
			}
		})
	}
	calling.Wait()
	if n := d.seen.of(standin.Ticket)(); n != 1 || len(d.Calls()) != 8 {
		t.Errorf("%d tickets after %d calls", n, len(d.Calls()))
	}
}

func TestASpoiledCertificateIsShownOnceAndHasExpired(t *testing.T) {
	d := serve(t)
	server, err := standin.ServeTLS(t.Context(), d.Webhook, d.clock, d.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(server.Roots) {
		t.Fatal("no certificate")
	}
	dial := func() error {
		d := tls.Dialer{Config: &tls.Config{RootCAs: roots, Time: d.clock.Now}}
		conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(server.URL, "https://"))
		if err == nil {
			err = conn.Close()
		}
		return err
	}
	if err := dial(); err != nil {
		t.Errorf("a good one: %v", err)
	}
	failing(t, d.tracker.Faults)(standin.BadTLS, 1)
	if err := dial(); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("a spoiled one: %v", err)
	}
	if err := dial(); err != nil {
		t.Errorf("and a good one again: %v", err)
	}
}
