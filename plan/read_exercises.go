package plan

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// An exerciseDraft is an exercise while the plan is being read.
type exerciseDraft struct {
	Exercise
	injects   []injectDraft
	questions map[string]bool // the ids of its decisions
}

type injectDraft struct {
	Inject
	item, decisionAt Place
}

var exerciseFields = []field[exerciseDraft]{
	{"id", true, "What the exercise is called in chat and in the plan.", takesID(func(e *exerciseDraft) *string { return &e.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(e *exerciseDraft) *string { return &e.Name })},
	{"type", true, "What kind it is.", takesChoice("kind of exercise", ExerciseTypes, func(e *exerciseDraft) *string { return &e.Type })},
	{"services", true, "What it is about.", takesRefs(service, func(e *exerciseDraft) *[]string { return &e.Services })},
	{"scenario", true, "What is assumed to have happened.", takesLines(func(e *exerciseDraft) *string { return &e.Scenario })},
	{"participants", true, "Who takes part.", takesRefs(person, func(e *exerciseDraft) *[]string { return &e.Participants })},
	{"facilitator", false, "Who runs it, and so cannot take part.", takesOwn(theID(person), readFacilitator)},
	{"every", false, "How often it is held; once when it is missing.", takesSpan(func(e *exerciseDraft) *time.Duration { return &e.Every })},
	{"duration", true, "How long it takes.", takesSpan(func(e *exerciseDraft) *time.Duration { return &e.Duration })},
	{"backout", false, "How long it takes to undo what it changed.", takesDuration(func(e *exerciseDraft) *time.Duration { return &e.Backout })},
	{"injects", false, "What the facilitator throws in, and when.", takesOwn(listOf(mappingOf(injectFields)), readInjects)},
	{"decisions", false, "The questions that it wants answered, and who may answer them.", takesList("a decision", decisionFields, keepDecision)},
}

// InjectAnswers lists what an inject may be waiting for.
var InjectAnswers = []string{"decision", "page", "message"}

var injectFields = []field[injectDraft]{
	{"at", true, "How long after the begin.", takesDuration(func(i *injectDraft) *time.Duration { return &i.At })},
	{"text", true, "What is said.", takesLines(func(i *injectDraft) *string { return &i.Text })},
	{"expects", false, "What is waited for; nothing when it is missing.", takesChoice("answer to an inject", InjectAnswers, func(i *injectDraft) *string { return &i.Expects })},
	{"decision", false, "The id of the decision that is waited for.", takesOwn(anID, func(d document, n *yaml.Node, i *injectDraft) { i.Decision, i.decisionAt = d.id(n), d.at(n) })},
}

var decisionFields = []field[Decision]{
	{"id", true, "What it is called.", takesID(func(x *Decision) *string { return &x.ID })},
	{"question", true, "What is to be decided.", takesText(func(x *Decision) *string { return &x.Question })},
	{"authority", true, "Who may decide it.", takesRefs(person, func(x *Decision) *[]string { return &x.Authority })},
	{"deputy", false, "Who decides when none of them is there; that nobody does is a gap.", takesRef(person, func(x *Decision) *string { return &x.Deputy })},
	{"threshold", false, "Within which time it should be decided.", takesSpan(func(x *Decision) *time.Duration { return &x.Threshold })},
}

// readExercises reads exercises/*.yaml, one exercise a file.
func (l *loader) readExercises() {
	readFolder(l, "exercises", exercise, "an exercise", exerciseFields, func(d document, _ *yaml.Node, e exerciseDraft, first bool) {
		e.settle(d)
		if !first {
			return
		}
		e.File = d.file
		if e.Name == "" {
			e.Name = e.ID
		}
		for _, i := range e.injects {
			e.Injects = append(e.Injects, i.Inject)
		}
		l.plan.Exercises = append(l.plan.Exercises, e.Exercise)
	})
}

// settle checks what can be checked only when the whole exercise was read.
func (e *exerciseDraft) settle(d document) {
	for _, i := range e.injects {
		if e.Duration > 0 && i.At > e.Duration {
			d.report(Error, codeValue, i.item, "Throw it in earlier, or let the exercise take longer.", "This inject comes at %s, after the exercise has ended at %s.", FormatDuration(i.At), FormatDuration(e.Duration))
		}
		if i.Decision != "" && !e.questions[i.Decision] {
			all := ids(e.Decisions, func(x Decision) string { return x.ID })
			d.report(Error, codeUnknownID, i.decisionAt, "The decisions here: "+few(all)+".", "There is no decision %q in this exercise.", i.Decision)
		}
	}
	if at := d.places[d.path+".facilitator"]; e.Facilitator != "" && slices.Contains(e.Participants, e.Facilitator) {
		d.report(Error, codeValue, at, "Name somebody who does not take part.", "%s cannot run the exercise and take part in it.", e.Facilitator)
	}
}

func readFacilitator(d document, n *yaml.Node, e *exerciseDraft) { e.Facilitator = d.refer(person, n) }

// readInjects reads what is thrown in, in the order of time.
func readInjects(d document, n *yaml.Node, e *exerciseDraft) {
	d.each(n, func(item *yaml.Node) {
		i := injectDraft{item: d.at(item)}
		readFields(d.unplaced(), item, "an inject", injectFields, &i)
		if last := len(e.injects) - 1; last >= 0 && i.At < e.injects[last].At {
			d.report(Error, codeValue, d.at(item), "Write the injects in the order in which they come.", "This inject comes at %s, before the one above at %s.", FormatDuration(i.At), FormatDuration(e.injects[last].At))
		}
		e.injects = append(e.injects, i)
	})
}

func keepDecision(d document, item *yaml.Node, e *exerciseDraft, x Decision) {
	if e.questions == nil {
		e.questions = map[string]bool{}
	}
	switch {
	case x.ID == "":
	case e.questions[x.ID]:
		d.twice(item, x.ID)
	default:
		e.questions[x.ID] = true
		e.Decisions = append(e.Decisions, x)
	}
}
