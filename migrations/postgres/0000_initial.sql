CREATE TABLE "agents" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"password_hash" text,
	"availability" text DEFAULT 'online' NOT NULL,
	"failed_logins" integer DEFAULT 0 NOT NULL,
	"failed_logins_since" bigint,
	"locked_until" bigint,
	"must_change_password" integer DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"disabled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"kind" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"name" text,
	"scopes" json NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"expires_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"identity_secret" text NOT NULL,
	"settings" json NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"uploader_type" text NOT NULL,
	"uploader_key" bigint,
	"message_key" bigint,
	"name" text NOT NULL,
	"mime_type" text NOT NULL,
	"size" bigint NOT NULL,
	"width" integer,
	"height" integer,
	"storage_key" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint,
	"at" bigint NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"action" text NOT NULL,
	"target" text,
	"details" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "canned_replies" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"agent_key" bigint NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"conversation_key" bigint NOT NULL,
	"revision" integer NOT NULL,
	"kind" text NOT NULL,
	"message_key" bigint,
	"internal" boolean NOT NULL,
	"sequence" integer NOT NULL,
	"from_sequence" integer,
	"to_sequence" integer,
	"at" bigint NOT NULL,
	CONSTRAINT "changes_conversation_key_revision_pk" PRIMARY KEY("conversation_key","revision")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"external_id" text,
	"name" text,
	"email" text,
	"phone" text,
	"avatar" text,
	"locale" text,
	"timezone" text,
	"attributes" json NOT NULL,
	"bot_suspended_until" bigint,
	"lead_stage" text,
	"last_seen_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversation_tags" (
	"conversation_key" bigint NOT NULL,
	"app_key" bigint NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "conversation_tags_conversation_key_tag_pk" PRIMARY KEY("conversation_key","tag")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"kind" text NOT NULL,
	"channel" text NOT NULL,
	"contact_key" bigint,
	"device_id" text,
	"status" text NOT NULL,
	"handler" text,
	"priority" text NOT NULL,
	"assignee_key" bigint,
	"subject" text,
	"metadata" json NOT NULL,
	"bot_context" json,
	"last_sequence" integer DEFAULT 0 NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"last_contact_sequence" integer DEFAULT 0 NOT NULL,
	"last_message_at" bigint,
	"snoozed_until" bigint,
	"transferred" boolean DEFAULT false NOT NULL,
	"first_reply_at" bigint,
	"waited_ms" bigint,
	"opened_at" bigint NOT NULL,
	"opened_sequence" integer DEFAULT 0 NOT NULL,
	"closings" integer DEFAULT 0 NOT NULL,
	"summary" json,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"closed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"payload" json NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" bigint,
	"state" text NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"app_key" bigint NOT NULL,
	"device_id" text NOT NULL,
	"contact_key" bigint NOT NULL,
	"platform" text,
	"os_version" text,
	"app_version" text,
	"model" text,
	"locale" text,
	"timezone" text,
	"sdk_version" text,
	"push_token" text,
	"last_seen_at" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instance_facts" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"app_key" bigint NOT NULL,
	"agent_key" bigint NOT NULL,
	"role" text NOT NULL,
	"capacity" integer DEFAULT 5 NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "memberships_app_key_agent_key_pk" PRIMARY KEY("app_key","agent_key")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"conversation_key" bigint NOT NULL,
	"sequence" integer,
	"after_sequence" integer NOT NULL,
	"revision" integer NOT NULL,
	"local_id" text,
	"dedupe" bigint,
	"sender_type" text NOT NULL,
	"sender_key" bigint,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"internal" boolean NOT NULL,
	"reply_to" text,
	"attachment_count" integer NOT NULL,
	"reaction_count" integer NOT NULL,
	"metadata" json,
	"external_id" text,
	"created_at" bigint NOT NULL,
	"edited_at" bigint,
	"deleted_at" bigint
);
--> statement-breakpoint
CREATE TABLE "participants" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"conversation_key" bigint NOT NULL,
	"type" text NOT NULL,
	"member_key" bigint NOT NULL,
	"role" text NOT NULL,
	"joined_at" bigint NOT NULL,
	"left_at" bigint,
	"read_sequence" integer DEFAULT 0 NOT NULL,
	"read_at" bigint,
	"delivered_sequence" integer DEFAULT 0 NOT NULL,
	"delivered_at" bigint
);
--> statement-breakpoint
CREATE TABLE "personal_tokens" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"agent_key" bigint NOT NULL,
	"name" text,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"expires_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "queue_changes" (
	"app_key" bigint PRIMARY KEY NOT NULL,
	"change" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "queue_counts" (
	"app_key" bigint NOT NULL,
	"priority" integer NOT NULL,
	"level" integer NOT NULL,
	"slot" bigint NOT NULL,
	"waiting" integer NOT NULL,
	CONSTRAINT "queue_counts_app_key_priority_level_slot_pk" PRIMARY KEY("app_key","priority","level","slot")
);
--> statement-breakpoint
CREATE TABLE "queue_entries" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"app_key" bigint NOT NULL,
	"conversation_key" bigint NOT NULL,
	"reason" text,
	"priority" integer NOT NULL,
	"requested_at" bigint NOT NULL,
	"claimed_at" bigint,
	"claimed_by_key" bigint,
	"left_at" bigint
);
--> statement-breakpoint
CREATE TABLE "queue_waits" (
	"app_key" bigint NOT NULL,
	"priority" integer NOT NULL,
	"average_ms" bigint NOT NULL,
	CONSTRAINT "queue_waits_app_key_priority_pk" PRIMARY KEY("app_key","priority")
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"conversation_key" bigint NOT NULL,
	"closing" integer NOT NULL,
	"app_key" bigint NOT NULL,
	"score" integer NOT NULL,
	"comment" text,
	"at" bigint NOT NULL,
	CONSTRAINT "ratings_conversation_key_closing_pk" PRIMARY KEY("conversation_key","closing")
);
--> statement-breakpoint
CREATE TABLE "reactions" (
	"message_key" bigint NOT NULL,
	"type" text NOT NULL,
	"member_key" bigint NOT NULL,
	"emoji" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "reactions_message_key_type_member_key_emoji_pk" PRIMARY KEY("message_key","type","member_key","emoji")
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"family" text NOT NULL,
	"agent_key" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"key" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"app_key" bigint NOT NULL,
	"url" text NOT NULL,
	"events" json NOT NULL,
	"secret" text NOT NULL,
	"enabled" boolean NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_app_key_apps_key_fk" FOREIGN KEY ("app_key") REFERENCES "public"."apps"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_key_messages_key_fk" FOREIGN KEY ("message_key") REFERENCES "public"."messages"("key") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_conversation_key_conversations_key_fk" FOREIGN KEY ("conversation_key") REFERENCES "public"."conversations"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_tags" ADD CONSTRAINT "conversation_tags_conversation_key_conversations_key_fk" FOREIGN KEY ("conversation_key") REFERENCES "public"."conversations"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_contact_key_contacts_key_fk" FOREIGN KEY ("contact_key") REFERENCES "public"."contacts"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_app_key_apps_key_fk" FOREIGN KEY ("app_key") REFERENCES "public"."apps"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_agent_key_agents_key_fk" FOREIGN KEY ("agent_key") REFERENCES "public"."agents"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_conversation_key_conversations_key_fk" FOREIGN KEY ("conversation_key") REFERENCES "public"."conversations"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "participants" ADD CONSTRAINT "participants_conversation_key_conversations_key_fk" FOREIGN KEY ("conversation_key") REFERENCES "public"."conversations"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_tokens" ADD CONSTRAINT "personal_tokens_agent_key_agents_key_fk" FOREIGN KEY ("agent_key") REFERENCES "public"."agents"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_conversation_key_conversations_key_fk" FOREIGN KEY ("conversation_key") REFERENCES "public"."conversations"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reactions" ADD CONSTRAINT "reactions_message_key_messages_key_fk" FOREIGN KEY ("message_key") REFERENCES "public"."messages"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_agent_key_agents_key_fk" FOREIGN KEY ("agent_key") REFERENCES "public"."agents"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agents_id" ON "agents" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "agents_email" ON "agents" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_id" ON "api_keys" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "api_keys_app" ON "api_keys" USING btree ("app_key");--> statement-breakpoint
CREATE UNIQUE INDEX "apps_id" ON "apps" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "attachments_id" ON "attachments" USING btree ("id");--> statement-breakpoint
CREATE INDEX "attachments_message" ON "attachments" USING btree ("message_key");--> statement-breakpoint
CREATE INDEX "audit_events_app" ON "audit_events" USING btree ("app_key","key");--> statement-breakpoint
CREATE UNIQUE INDEX "canned_replies_id" ON "canned_replies" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "canned_replies_name" ON "canned_replies" USING btree ("app_key","agent_key","name");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_id" ON "contacts" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_external" ON "contacts" USING btree ("app_key","external_id");--> statement-breakpoint
CREATE INDEX "contacts_app" ON "contacts" USING btree ("app_key","key");--> statement-breakpoint
CREATE INDEX "conversation_tags_tag" ON "conversation_tags" USING btree ("app_key","tag","conversation_key");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_id" ON "conversations" USING btree ("id");--> statement-breakpoint
CREATE INDEX "conversations_app" ON "conversations" USING btree ("app_key","status","key");--> statement-breakpoint
CREATE INDEX "conversations_contact" ON "conversations" USING btree ("contact_key","key");--> statement-breakpoint
CREATE INDEX "conversations_assignee" ON "conversations" USING btree ("assignee_key","status");--> statement-breakpoint
CREATE INDEX "conversations_closed" ON "conversations" USING btree ("app_key","closed_at") WHERE "conversations"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX "conversations_snoozed" ON "conversations" USING btree ("snoozed_until") WHERE "conversations"."snoozed_until" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_id" ON "deliveries" USING btree ("id");--> statement-breakpoint
CREATE INDEX "deliveries_due" ON "deliveries" USING btree ("state","next_attempt_at");--> statement-breakpoint
CREATE UNIQUE INDEX "devices_device" ON "devices" USING btree ("app_key","device_id");--> statement-breakpoint
CREATE INDEX "devices_contact" ON "devices" USING btree ("contact_key");--> statement-breakpoint
CREATE INDEX "memberships_agent" ON "memberships" USING btree ("agent_key");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_id" ON "messages" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_sequence" ON "messages" USING btree ("conversation_key","sequence");--> statement-breakpoint
CREATE INDEX "messages_dedupe" ON "messages" USING btree ("conversation_key","dedupe") WHERE "messages"."dedupe" is not null;--> statement-breakpoint
CREATE INDEX "messages_notes" ON "messages" USING btree ("conversation_key","after_sequence") WHERE "messages"."sequence" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "participants_member" ON "participants" USING btree ("conversation_key","type","member_key");--> statement-breakpoint
CREATE INDEX "participants_of" ON "participants" USING btree ("type","member_key");--> statement-breakpoint
CREATE UNIQUE INDEX "personal_tokens_id" ON "personal_tokens" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "personal_tokens_hash" ON "personal_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "queue_entries_order" ON "queue_entries" USING btree ("app_key","priority","requested_at","key") WHERE "queue_entries"."left_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "queue_entries_waiting" ON "queue_entries" USING btree ("conversation_key") WHERE "queue_entries"."left_at" is null;--> statement-breakpoint
CREATE INDEX "queue_entries_conversation" ON "queue_entries" USING btree ("conversation_key","key");--> statement-breakpoint
CREATE INDEX "ratings_app" ON "ratings" USING btree ("app_key","at");--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_tokens_hash" ON "refresh_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "refresh_tokens_family" ON "refresh_tokens" USING btree ("family");--> statement-breakpoint
CREATE UNIQUE INDEX "webhooks_id" ON "webhooks" USING btree ("id");--> statement-breakpoint
CREATE INDEX "webhooks_app" ON "webhooks" USING btree ("app_key");