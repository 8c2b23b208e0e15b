CREATE TABLE "bot_turns" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"conversation_key" bigint NOT NULL,
	"sequence" integer NOT NULL,
	"takes" integer DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"leased_until" bigint,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"ended_at" bigint,
	"outcome" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "bot_turns_id" ON "bot_turns" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "bot_turns_open" ON "bot_turns" USING btree ("conversation_key") WHERE "bot_turns"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "bot_turns_due" ON "bot_turns" USING btree ("created_at","key") WHERE "bot_turns"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "bot_turns_app" ON "bot_turns" USING btree ("app_key","created_at");--> statement-breakpoint
CREATE INDEX "bot_turns_conversation" ON "bot_turns" USING btree ("conversation_key");