package console_test

import (
	"context"
	"errors"
	"testing"

	"holdfast/bot/bottest"
	"holdfast/bot/console"
	"holdfast/internal/clock"
)

func TestConsoleKeepsTheContract(t *testing.T) {
	bottest.Run(t, func(*testing.T) bottest.World {
		perform, fails := true, error(nil)
		chat := console.New(clock.NewManual(start), console.Options{Before: func(context.Context) (bool, error) {
			p, err := perform, fails
			perform, fails = true, nil
			return p, err
		}})
		texts := func(all []console.Shown) []string {
			var out []string
			for _, m := range all {
				out = append(out, m.Text)
			}
			return out
		}
		return bottest.World{
			Platform:   chat,
			Texts:      func(to string) []string { return texts(chat.Messages(to)) },
			Private:    func(person string) []string { return texts(chat.Replies(person)) },
			Topic:      chat.Topic,
			Members:    chat.Members,
			LoseAnswer: func() { fails = errors.New("the answer was lost") },
			Refuse:     func() { perform, fails = false, errors.New("503") },
		}
	})
}
