// Package slack is Slack as a chat platform: what people type, press, submit
// and react with comes in as requests, and messages, rooms and forms go out
// through Slack's Web API.
//
// Rooms and people have the names that the plan and the journal give them,
// "#inc-42-checkout-failing" and "alice"; Slack's own ids stay in this package.
package slack

// Name is the platform's name in effect keys and in the plan's accounts.
const Name = "slack"
