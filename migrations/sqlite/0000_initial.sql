CREATE TABLE `agents` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`password_hash` text,
	`availability` text DEFAULT 'online' NOT NULL,
	`failed_logins` integer DEFAULT 0 NOT NULL,
	`failed_logins_since` integer,
	`locked_until` integer,
	`must_change_password` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_id` ON `agents` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `agents_email` ON `agents` (`email`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`kind` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`name` text,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`app_key`) REFERENCES `apps`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_id` ON `api_keys` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE INDEX `api_keys_app` ON `api_keys` (`app_key`);--> statement-breakpoint
CREATE TABLE `apps` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`identity_secret` text NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `apps_id` ON `apps` (`id`);--> statement-breakpoint
CREATE TABLE `attachments` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`uploader_type` text NOT NULL,
	`uploader_key` integer,
	`message_key` integer,
	`name` text NOT NULL,
	`mime_type` text NOT NULL,
	`size` integer NOT NULL,
	`width` integer,
	`height` integer,
	`storage_key` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`message_key`) REFERENCES `messages`(`key`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_id` ON `attachments` (`id`);--> statement-breakpoint
CREATE INDEX `attachments_message` ON `attachments` (`message_key`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer,
	`at` integer NOT NULL,
	`actor_type` text NOT NULL,
	`actor_id` text,
	`actor_name` text,
	`action` text NOT NULL,
	`target` text,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_events_app` ON `audit_events` (`app_key`,`key`);--> statement-breakpoint
CREATE TABLE `canned_replies` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`agent_key` integer NOT NULL,
	`name` text NOT NULL,
	`text` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `canned_replies_id` ON `canned_replies` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `canned_replies_name` ON `canned_replies` (`app_key`,`agent_key`,`name`);--> statement-breakpoint
CREATE TABLE `changes` (
	`conversation_key` integer NOT NULL,
	`revision` integer NOT NULL,
	`kind` text NOT NULL,
	`message_key` integer,
	`internal` integer NOT NULL,
	`sequence` integer NOT NULL,
	`from_sequence` integer,
	`to_sequence` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`conversation_key`, `revision`),
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `contacts` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`external_id` text,
	`name` text,
	`email` text,
	`phone` text,
	`avatar` text,
	`locale` text,
	`timezone` text,
	`attributes` text NOT NULL,
	`bot_suspended_until` integer,
	`lead_stage` text,
	`last_seen_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_id` ON `contacts` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_external` ON `contacts` (`app_key`,`external_id`);--> statement-breakpoint
CREATE INDEX `contacts_app` ON `contacts` (`app_key`,`key`);--> statement-breakpoint
CREATE TABLE `conversation_tags` (
	`conversation_key` integer NOT NULL,
	`app_key` integer NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`conversation_key`, `tag`),
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `conversation_tags_tag` ON `conversation_tags` (`app_key`,`tag`,`conversation_key`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text NOT NULL,
	`contact_key` integer,
	`device_id` text,
	`status` text NOT NULL,
	`handler` text,
	`priority` text NOT NULL,
	`assignee_key` integer,
	`subject` text,
	`metadata` text NOT NULL,
	`bot_context` text,
	`last_sequence` integer DEFAULT 0 NOT NULL,
	`revision` integer DEFAULT 0 NOT NULL,
	`last_contact_sequence` integer DEFAULT 0 NOT NULL,
	`last_message_at` integer,
	`snoozed_until` integer,
	`transferred` integer DEFAULT false NOT NULL,
	`first_reply_at` integer,
	`waited_ms` integer,
	`opened_at` integer NOT NULL,
	`opened_sequence` integer DEFAULT 0 NOT NULL,
	`closings` integer DEFAULT 0 NOT NULL,
	`summary` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_id` ON `conversations` (`id`);--> statement-breakpoint
CREATE INDEX `conversations_app` ON `conversations` (`app_key`,`status`,`key`);--> statement-breakpoint
CREATE INDEX `conversations_contact` ON `conversations` (`contact_key`,`key`);--> statement-breakpoint
CREATE INDEX `conversations_assignee` ON `conversations` (`assignee_key`,`status`);--> statement-breakpoint
CREATE INDEX `conversations_closed` ON `conversations` (`app_key`,`closed_at`) WHERE "conversations"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX `conversations_snoozed` ON `conversations` (`snoozed_until`) WHERE "conversations"."snoozed_until" is not null;--> statement-breakpoint
CREATE TABLE `deliveries` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`kind` text NOT NULL,
	`target` text NOT NULL,
	`payload` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`state` text NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_id` ON `deliveries` (`id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`state`,`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `devices` (
	`key` integer PRIMARY KEY NOT NULL,
	`app_key` integer NOT NULL,
	`device_id` text NOT NULL,
	`contact_key` integer NOT NULL,
	`platform` text,
	`os_version` text,
	`app_version` text,
	`model` text,
	`locale` text,
	`timezone` text,
	`sdk_version` text,
	`push_token` text,
	`last_seen_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`contact_key`) REFERENCES `contacts`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `devices_device` ON `devices` (`app_key`,`device_id`);--> statement-breakpoint
CREATE INDEX `devices_contact` ON `devices` (`contact_key`);--> statement-breakpoint
CREATE TABLE `instance_facts` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`app_key` integer NOT NULL,
	`agent_key` integer NOT NULL,
	`role` text NOT NULL,
	`capacity` integer DEFAULT 5 NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`app_key`, `agent_key`),
	FOREIGN KEY (`app_key`) REFERENCES `apps`(`key`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`agent_key`) REFERENCES `agents`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `memberships_agent` ON `memberships` (`agent_key`);--> statement-breakpoint
CREATE TABLE `messages` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`conversation_key` integer NOT NULL,
	`sequence` integer,
	`after_sequence` integer NOT NULL,
	`revision` integer NOT NULL,
	`local_id` text,
	`dedupe` integer,
	`sender_type` text NOT NULL,
	`sender_key` integer,
	`type` text NOT NULL,
	`body` text NOT NULL,
	`internal` integer NOT NULL,
	`reply_to` text,
	`attachment_count` integer NOT NULL,
	`reaction_count` integer NOT NULL,
	`metadata` text,
	`external_id` text,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer,
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id` ON `messages` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_sequence` ON `messages` (`conversation_key`,`sequence`);--> statement-breakpoint
CREATE INDEX `messages_dedupe` ON `messages` (`conversation_key`,`dedupe`) WHERE "messages"."dedupe" is not null;--> statement-breakpoint
CREATE INDEX `messages_notes` ON `messages` (`conversation_key`,`after_sequence`) WHERE "messages"."sequence" is null;--> statement-breakpoint
CREATE TABLE `participants` (
	`key` integer PRIMARY KEY NOT NULL,
	`conversation_key` integer NOT NULL,
	`type` text NOT NULL,
	`member_key` integer NOT NULL,
	`role` text NOT NULL,
	`joined_at` integer NOT NULL,
	`left_at` integer,
	`read_sequence` integer DEFAULT 0 NOT NULL,
	`read_at` integer,
	`delivered_sequence` integer DEFAULT 0 NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `participants_member` ON `participants` (`conversation_key`,`type`,`member_key`);--> statement-breakpoint
CREATE INDEX `participants_of` ON `participants` (`type`,`member_key`);--> statement-breakpoint
CREATE TABLE `personal_tokens` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`agent_key` integer NOT NULL,
	`name` text,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`expires_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`agent_key`) REFERENCES `agents`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `personal_tokens_id` ON `personal_tokens` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `personal_tokens_hash` ON `personal_tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `queue_changes` (
	`app_key` integer PRIMARY KEY NOT NULL,
	`change` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `queue_counts` (
	`app_key` integer NOT NULL,
	`priority` integer NOT NULL,
	`level` integer NOT NULL,
	`slot` integer NOT NULL,
	`waiting` integer NOT NULL,
	PRIMARY KEY(`app_key`, `priority`, `level`, `slot`)
);
--> statement-breakpoint
CREATE TABLE `queue_entries` (
	`key` integer PRIMARY KEY NOT NULL,
	`app_key` integer NOT NULL,
	`conversation_key` integer NOT NULL,
	`reason` text,
	`priority` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`claimed_at` integer,
	`claimed_by_key` integer,
	`left_at` integer
);
--> statement-breakpoint
CREATE INDEX `queue_entries_order` ON `queue_entries` (`app_key`,`priority`,`requested_at`,`key`) WHERE "queue_entries"."left_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `queue_entries_waiting` ON `queue_entries` (`conversation_key`) WHERE "queue_entries"."left_at" is null;--> statement-breakpoint
CREATE INDEX `queue_entries_conversation` ON `queue_entries` (`conversation_key`,`key`);--> statement-breakpoint
CREATE TABLE `queue_waits` (
	`app_key` integer NOT NULL,
	`priority` integer NOT NULL,
	`average_ms` integer NOT NULL,
	PRIMARY KEY(`app_key`, `priority`)
);
--> statement-breakpoint
CREATE TABLE `ratings` (
	`conversation_key` integer NOT NULL,
	`closing` integer NOT NULL,
	`app_key` integer NOT NULL,
	`score` integer NOT NULL,
	`comment` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`conversation_key`, `closing`),
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `ratings_app` ON `ratings` (`app_key`,`at`);--> statement-breakpoint
CREATE TABLE `reactions` (
	`message_key` integer NOT NULL,
	`type` text NOT NULL,
	`member_key` integer NOT NULL,
	`emoji` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`message_key`, `type`, `member_key`, `emoji`),
	FOREIGN KEY (`message_key`) REFERENCES `messages`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`key` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`family` text NOT NULL,
	`agent_key` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`agent_key`) REFERENCES `agents`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `refresh_tokens_hash` ON `refresh_tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_family` ON `refresh_tokens` (`family`);--> statement-breakpoint
CREATE TABLE `webhooks` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`secret` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_id` ON `webhooks` (`id`);--> statement-breakpoint
CREATE INDEX `webhooks_app` ON `webhooks` (`app_key`);