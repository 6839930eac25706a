package shop

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

func isNew(client *openfeature.Client) bool {
	on, _ := client.BooleanValue(context.Background(), "new-billing", false, openfeature.EvaluationContext{})
	return on
}
