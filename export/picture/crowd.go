package picture

func (c *waveChart) crowd() *Scene    { return nil }
func (c *waveChart) overview() *Scene { return nil }
