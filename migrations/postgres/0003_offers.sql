CREATE TABLE "offers" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"app_key" bigint NOT NULL,
	"conversation_key" bigint NOT NULL,
	"entry_key" bigint NOT NULL,
	"agent_key" bigint NOT NULL,
	"offered_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	"ended_at" bigint,
	"outcome" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "offers_open" ON "offers" USING btree ("conversation_key") WHERE "offers"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "offers_open_app" ON "offers" USING btree ("app_key") WHERE "offers"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "offers_entry" ON "offers" USING btree ("entry_key");--> statement-breakpoint
CREATE INDEX "offers_agent" ON "offers" USING btree ("app_key","agent_key","key");