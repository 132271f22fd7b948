package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// handing hands people the records they have asked for, where a platform has no
// other way to fetch them. The answer does not wait for that.
type handing struct {
	bot.Handler
	files     map[string]bot.Files // by platform
	write     func(ctx context.Context, w io.Writer, id, format string) error
	followUps bot.FollowUps
	templates func() *templates.Set
	under     *sync.WaitGroup
	log       *slog.Logger
}

// handLimit bounds the handing over of one record.
const handLimit = time.Minute

// Handle implements bot.Handler.
func (h handing) Handle(ctx context.Context, r bot.Request) bot.Reply {
	reply := h.Handler.Handle(ctx, r)
	if files, ok := h.files[r.Platform]; ok && reply.Code == "" && reply.File != "" {
		h.under.Go(func() {
			ctx, done := context.WithTimeout(context.WithoutCancel(ctx), handLimit)
			defer done()
			if err := h.hand(ctx, files, r.Person, reply.File, reply.Content); err != nil {
				h.log.Error("hand out a record", "file", reply.File, "err", err)
				h.tell(ctx, r, fault.From(err))
			}
		})
	}
	return reply
}

func (h handing) hand(ctx context.Context, files bot.Files, person, name string, content []byte) error {
	if content != nil {
		return files.Hand(ctx, person, path.Base(name), content)
	}
	format := strings.TrimPrefix(path.Ext(name), ".")
	var record bytes.Buffer
	if err := h.write(ctx, &record, strings.TrimSuffix(name, "."+format), format); err != nil {
		return err
	}
	return files.Hand(ctx, person, name, record.Bytes())
}

// tell says what has become of a record that cannot be handed out. That it
// cannot be told either is in the log.
func (h handing) tell(ctx context.Context, r bot.Request, f *fault.Error) {
	m, err := h.templates().Render("refused", templates.View{Error: string(f.Code), Wrong: f.Text, Next: f.Next})
	if err == nil {
		err = h.followUps.FollowUp(ctx, r, m)
	}
	if err != nil {
		h.log.Warn("tell that a record was not handed out", "err", err)
	}
}
