CREATE TABLE "delivery_attempts" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"delivery_key" bigint NOT NULL,
	"attempt" integer NOT NULL,
	"at" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" integer,
	"error" text,
	"response_body" text
);
--> statement-breakpoint
CREATE TABLE "departed_members" (
	"app_key" bigint NOT NULL,
	"external_id" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "departed_members_app_key_external_id_pk" PRIMARY KEY("app_key","external_id")
);
--> statement-breakpoint
CREATE TABLE "hidden_messages" (
	"message_key" bigint NOT NULL,
	"contact_key" bigint NOT NULL,
	CONSTRAINT "hidden_messages_message_key_contact_key_pk" PRIMARY KEY("message_key","contact_key")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_events" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"type" text NOT NULL,
	"conversation_key" bigint,
	"data" json NOT NULL,
	"transaction" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "deliveries_due";--> statement-breakpoint
ALTER TABLE "deliveries" ALTER COLUMN "payload" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "deleted_at" bigint;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "direct_key" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "webhook_key" bigint;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "event_key" bigint;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "lane" bigint;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "attempts_before" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "last_status" integer;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "ended_at" bigint;--> statement-breakpoint
ALTER TABLE "participants" ADD COLUMN "hidden_through" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "previous_secret" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "previous_secret_until" bigint;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "disabled_reason" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "failing_since" bigint;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "configured" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery_attempts" ADD CONSTRAINT "delivery_attempts_delivery_key_deliveries_key_fk" FOREIGN KEY ("delivery_key") REFERENCES "public"."deliveries"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidden_messages" ADD CONSTRAINT "hidden_messages_message_key_messages_key_fk" FOREIGN KEY ("message_key") REFERENCES "public"."messages"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "delivery_attempts_delivery" ON "delivery_attempts" USING btree ("delivery_key");--> statement-breakpoint
CREATE INDEX "outbox_events_app" ON "outbox_events" USING btree ("app_key","transaction","key");--> statement-breakpoint
CREATE INDEX "outbox_events_at" ON "outbox_events" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_direct" ON "conversations" USING btree ("app_key","direct_key") WHERE "conversations"."direct_key" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_target" ON "deliveries" USING btree ("webhook_key","key");--> statement-breakpoint
CREATE INDEX "deliveries_ended" ON "deliveries" USING btree ("ended_at") WHERE "deliveries"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("webhook_key","next_attempt_at","key") WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_pushes" ON "deliveries" USING btree ("target","lane") WHERE "deliveries"."kind" = 'push' and "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "deliveries_event" ON "deliveries" USING btree ("event_key") WHERE "deliveries"."state" <> 'done';--> statement-breakpoint
ALTER TABLE "agents" DROP COLUMN "must_change_password";