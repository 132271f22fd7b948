package incident

import "testing"

func TestARoomIsKnownByItsName(t *testing.T) {
	for room, want := range map[string]bool{
		roomName("INC-42", "checkout-failing"): true, roomName("DRL-7", ""): true,
		"#ops": false, "#incidents": false, "#drill": false, "": false,
	} {
		if got := IsRoomName(room); got != want {
			t.Errorf("%q: %t, want %t", room, got, want)
		}
	}
}
