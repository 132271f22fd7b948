package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics count what a server does. No label holds the name of an incident, a
// person or a service. docs/operators.md explains each.
type Metrics struct {
	registry *prometheus.Registry
	store    *prometheus.GaugeVec
	appends  *prometheus.HistogramVec
	commands *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	calls    *prometheus.HistogramVec
}

// New returns metrics of one process that runs this version of Holdfast.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		store: gauges("holdfast_store_info", "The store and how durable it is: 1 for the class in force.",
			"kind", "class"),
		appends: histograms("holdfast_append_seconds", "How long an append to the journal took until it was durable or failed.",
			prometheus.ExponentialBuckets(0.0005, 2, 13), "outcome"),
		commands: histograms("holdfast_command_seconds", "How long a command took from its arrival to its answer.",
			prometheus.ExponentialBuckets(0.001, 2, 14), "verb", "code"),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "holdfast_refused_requests_total", Help: "Requests that were refused before anybody looked at what they ask."},
			[]string{"reason"}),
		calls: histograms("holdfast_effect_call_seconds", "How long one call to a provider took.",
			prometheus.ExponentialBuckets(0.01, 2, 11), "type", "outcome"),
	}
	build := gauges("holdfast_build_info", "The version that runs.", "version")
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(m.store, m.appends, m.commands, m.refused, m.calls, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
}

func histograms(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// Store notes which store serves and in which class of durability.
func (m *Metrics) Store(kind, class string) {
	m.store.Reset()
	m.store.WithLabelValues(kind, class).Set(1)
}

// Appended notes an append: landed, conflict, duplicate, unavailable, refused.
func (m *Metrics) Appended(outcome string, took time.Duration) {
	m.appends.WithLabelValues(outcome).Observe(took.Seconds())
}

// Answered notes a command. verb is one of the table's, or empty for what was
// none; code is empty when it was accepted.
func (m *Metrics) Answered(verb, code string, took time.Duration) {
	m.commands.WithLabelValues(verb, code).Observe(took.Seconds())
}

// Refused notes a request that was turned away at the door.
func (m *Metrics) Refused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Called notes one call for an effect: done or failed.
func (m *Metrics) Called(effect, outcome string, took time.Duration) {
	m.calls.WithLabelValues(effect, outcome).Observe(took.Seconds())
}

// Gauge adds a number that is asked for when somebody scrapes.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Handler serves the metrics in Prometheus's text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 5 * time.Second})
}
