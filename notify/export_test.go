package notify

import "context"

// Round sends what is due now, as Run does again and again.
func (s *Sender) Round(ctx context.Context) error { return s.round(ctx) }
