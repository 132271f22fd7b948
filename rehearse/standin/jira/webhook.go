package jira

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
)

// Webhook returns what Jira would send of a ticket's last change, and how it
// would sign it. The test delivers it: late, twice, or not at all.
func (j *Jira) Webhook(key string) (body []byte, header http.Header) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := j.byKey[key]
	o := object{"timestamp": j.o.Clock.Now().UnixMilli(), "webhookEvent": "jira:issue_updated", "issue_event_type_name": "issue_generic",
		"issue": object{"id": strconv.Itoa(i.id), "key": i.key, "fields": object{"summary": i.summary}}}
	if n := len(i.history); n > 0 {
		last := i.history[n-1]
		o["timestamp"] = last.at.UnixMilli()
		o["user"] = j.user(last.by)
		o["changelog"] = object{"id": strconv.Itoa(last.id), "items": []object{{"field": "status", "fromString": last.from, "toString": last.to}}}
	}
	body, _ = json.Marshal(o) // of strings and numbers
	return body, http.Header{"Content-Type": {"application/json"}, "X-Hub-Signature": {Sign(j.o.Secret, body)}, "X-Atlassian-Webhook-Identifier": {"1"}}
}

// Sign is the signature of a webhook.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
