package billing

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const inAnotherFile = "in-another-file"

type plugins struct{}

func (p plugins) IsEnabled(name string) bool { return name != "" }

func traps(ctx context.Context, p plugins, key string) {
	p.IsEnabled("trap-plugin")
	plugins{}.IsEnabled("trap-made-here")
	aws.StringValue("trap-pointer")
	types.StringValue("trap-type", "trap", "trap", "trap")
	row.BooleanValue(ctx, "trap column", false, nil)
	text := `client.BooleanValue(ctx, "trap-in-a-string", false, ec)`
	inAnotherFile := key
	_ = log.IsEnabled(inAnotherFile)
	_ = menu.IsEnabled("trap-menu")
	_ = text
}
