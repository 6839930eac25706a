package billing

import (
	"context"

	"example.com/shop/flags"
	"github.com/Unleash/unleash-client-go/v4"
	of "github.com/open-feature/go-sdk/openfeature"
)

const local = "local-key"

// Server answers: s.flags.BooleanValue(ctx, "trap-in-a-comment", false, ec)
type Server struct {
	flags *of.Client
}

func New() *Server {
	return &Server{flags: of.NewClient("shop")}
}

func (s *Server) Answers(ctx context.Context, ec of.EvaluationContext, suffix string) bool {
	direct, _ := s.flags.BooleanValue(ctx, "direct", false, ec)
	raw, _ := s.flags.StringValue(ctx, `raw-text`, "", ec)
	details, _ := s.flags.IntValueDetails(ctx, "details", 1, ec)
	short := s.flags.Boolean(ctx, "short-name", false, ec)
	constant, _ := s.flags.BooleanValue(ctx, flags.NewBilling, false, ec)
	typed, _ := s.flags.BooleanValue(ctx, string(flags.DarkMode), false, ec)
	converted, _ := s.flags.BooleanValue(ctx, string(flags.Export), false, ec)
	field, _ := s.flags.BooleanValue(ctx, flags.All.Search, false, ec)
	item, _ := s.flags.BooleanValue(ctx, flags.ByName["beta"], false, ec)
	here, _ := s.flags.BooleanValue(ctx, local, false, ec)
	sibling, _ := s.flags.BooleanValue(ctx, inAnotherFile, false, ec)
	unknown, _ := s.flags.BooleanValue(ctx, "plan-"+suffix, false, ec)
	client := of.NewClient("shop")
	if on, err := client.BooleanValue(ctx, "in-an-if", false, ec); err == nil && on {
		return unleash.IsEnabled("unleash", unleash.WithFallback(true)) && featureOn(ctx, "wrapped")
	}
	_, _, _, _, _, _, _, _ = direct, raw, details, short, constant, typed, converted, field
	return item && here && sibling && unknown && unleash.GetVariant("unleash-variant").Enabled
}
