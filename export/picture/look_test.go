package picture

import (
	"os"
	"testing"

	"holdfast/plan"
)

func TestLook(t *testing.T) {
	p, f := plan.Load("../../examples/northbridge")
	if p == nil {
		t.Fatal(f)
	}
	for name, v := range map[string]View{"wide": {}, "phone": {Narrow: true}} {
		s, err := Waves(p, nil, v)
		if err != nil {
			t.Fatal(err)
		}
		png, err := s.PNG()
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/r/pic/waves-"+name+".png", png, 0o644)
		os.WriteFile("/tmp/r/pic/waves-"+name+".svg", s.SVG(), 0o644)
	}
}
