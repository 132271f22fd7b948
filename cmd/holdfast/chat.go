package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/web"
	"holdfast/web/client"
)

type chatCommand struct {
	Server string `help:"The server's address." env:"HOLDFAST_SERVER" placeholder:"URL"`
	serverAccess
}

// serverAccess is how a person proves to a server who they are.
type serverAccess struct {
	TokenFile   string `help:"The file that holds your token; HOLDFAST_TOKEN may hold the token itself." placeholder:"FILE"`
	Certificate string `help:"Your certificate, a PEM file, where the server takes them." placeholder:"FILE"`
	Key         string `help:"Its key, a PEM file." placeholder:"FILE"`
	Roots       string `help:"Certificates to trust beside the system's, a PEM file." placeholder:"FILE"`
}

func (a serverAccess) options(ctx context.Context, server string, env func(string) string) (client.Options, error) {
	o := client.Options{Server: server, Token: env("HOLDFAST_TOKEN"), Certificate: a.Certificate, Key: a.Key, Roots: a.Roots}
	if a.TokenFile != "" {
		token, err := config.SecretIn(a.TokenFile).Fetch(ctx, env)
		if err != nil {
			return o, err
		}
		o.Token = token
	}
	switch {
	case server == "":
		return o, fault.New(fault.Usage, "No server is named.", "Use --server https://HOST, or set HOLDFAST_SERVER. To try Holdfast without one: `holdfast demo`.")
	case o.Token == "" && o.Certificate == "":
		return o, fault.New(fault.SignIn, "Nothing says who you are.", "Set HOLDFAST_TOKEN, or use --token-file or --certificate.")
	}
	return o, nil
}

func (c *chatCommand) run(ctx context.Context, env func(string) string, std stdio) (int, error) {
	o, err := c.options(ctx, c.Server, env)
	if err != nil {
		return unusable, err
	}
	chat := console.New(clock.System{}, console.Options{Run: strconv.FormatInt(time.Now().UnixNano(), 36)})
	var session *console.Session
	o.Interim = func(r bot.Request, reply bot.Reply) {
		chat.Show(r, reply)
		session.Refresh()
	}
	server, err := client.New(o)
	if err != nil {
		return unusable, err
	}
	me, err := server.Whoami(ctx)
	if err != nil {
		return unusable, err
	}
	mirror := &mirror{chat: chat, me: me.Person, told: map[string]uint64{}}
	zone, err := time.LoadLocation(me.Zone)
	if err != nil {
		zone = time.UTC
	}
	options := console.SessionOptions{
		In: std.in, Out: std.out, Person: me.Person, People: []string{me.Person}, Zone: zone,
		Color: console.WantsColor(std.out, env), Intro: greeting(c.Server, me),
	}
	if !console.IsTerminal(std.in) { // a script: each line is done before the next
		options.Settle = func(ctx context.Context) { mirror.wait(ctx, server) }
	}
	session = console.NewSession(chat, fetching{server, mirror}, options)
	listening, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { server.Follow(listening, mirror) })
	defer running.Wait()
	defer stop()
	return clean, session.Run(ctx)
}

func greeting(server string, me client.Me) string {
	text := "Holdfast at " + server + ". You are @" + me.Person + "; what you type after /incident is recorded there.\n"
	if !me.Known {
		text += "The plan does not know you: you may read, and nothing else.\n"
	}
	return text + "/incident lists what is open, /incident help what can be said, quit leaves."
}

// fetching answers as the server does, and puts the record that an export has
// made ready into the folder the terminal runs in.
type fetching struct {
	*client.Client
	mirror *mirror
}

// Handle implements bot.Handler.
func (f fetching) Handle(ctx context.Context, r bot.Request) bot.Reply {
	reply := f.Client.Handle(ctx, r)
	f.mirror.touch(reply)
	if reply.File == "" || reply.Code != "" {
		return reply
	}
	id, format, _ := strings.Cut(filepath.Base(reply.File), ".")
	err := writeFile(filepath.Base(reply.File), func(w io.Writer) error {
		if reply.Content == nil {
			return f.Export(ctx, w, id, format)
		}
		_, err := w.Write(reply.Content)
		return err
	})
	if err != nil {
		return client.Refused(fault.Wrap(err, fault.Store, "The record could not be fetched.", "Try again; on the server: `holdfast export "+id+"`."))
	}
	return reply
}

// mirror shows in this terminal's chat what happens on the server.
type mirror struct {
	chat *console.Chat
	me   string

	mu      sync.Mutex
	lost    bool
	told    map[string]uint64 // how far, by incident
	touched string            // the incident of the last reply
	news    chan struct{}     // closed by the next record
}

// Record implements client.Listener.
func (m *mirror) Record(r web.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told[r.Incident] = r.Seq
	if m.news != nil {
		close(m.news)
		m.news = nil
	}
}

// Chat implements client.Listener.
func (m *mirror) Chat(h web.Happening) {
	ctx := context.Background() // the chat is in memory
	var err error
	switch h.Kind {
	case "room":
		_, err = m.chat.Open(ctx, bot.Room{Name: h.To})
	case "invite":
		err = m.chat.Invite(ctx, h.Room, []string{strings.TrimPrefix(h.To, "@")})
	case "topic":
		err = m.chat.SetTopic(ctx, h.To, h.Text)
	case "post", "dm":
		_, err = m.chat.Post(ctx, bot.Message{To: h.To, Key: h.Ref, Body: h.Message})
	case "edit":
		_, err = m.chat.Post(ctx, bot.Message{To: h.To, Ref: h.Ref, Key: h.Ref, Body: h.Message})
	case "reply":
		err = m.chat.FollowUp(ctx, bot.Request{Person: m.me, Room: h.Room}, h.Message)
	}
	if err != nil { // what a newer server shows and this terminal cannot
		m.say(fmt.Sprintf("something happened that this terminal cannot show: %v", err))
	}
}

func (m *mirror) say(text string) { m.chat.Remark(text) }

// Connected implements client.Listener.
func (m *mirror) Connected() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lost {
		m.say("The server is back; what happened meanwhile follows.")
	}
	m.lost = false
}

// Lost implements client.Listener.
func (m *mirror) Lost(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.lost {
		f := fault.From(err)
		if f.Code == fault.Internal {
			f = fault.New(fault.Store, "The stream of events was cut.", "")
		}
		m.say("The server does not tell what happens at present: " + f.Text + " Commands are tried all the same.")
	}
	m.lost = true
}

// touch notes what a reply has recorded something about.
func (m *mirror) touch(reply bot.Reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touched = ""
	if reply.Ref != "" {
		m.touched = reply.Journal
	}
}

// settleLimit is how long a script waits for what a line has set off.
const settleLimit = 2 * time.Second

// wait waits until nothing of the incident is left to do at present and all of
// it has been told, so that a script reads like the conversation it is.
func (m *mirror) wait(ctx context.Context, server *client.Client) {
	ctx, done := context.WithTimeout(ctx, settleLimit)
	defer done()
	for ctx.Err() == nil {
		m.mu.Lock()
		if m.news == nil {
			m.news = make(chan struct{})
		}
		id, told, news := m.touched, m.told[m.touched], m.news
		m.mu.Unlock()
		if id == "" {
			return
		}
		s, err := server.State(ctx, id)
		if err != nil || s.Pending == 0 && told >= s.Entries {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
		}
	}
}
