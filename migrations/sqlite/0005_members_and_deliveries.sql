CREATE TABLE `delivery_attempts` (
	`key` integer PRIMARY KEY NOT NULL,
	`delivery_key` integer NOT NULL,
	`attempt` integer NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`error` text,
	`response_body` text,
	FOREIGN KEY (`delivery_key`) REFERENCES `deliveries`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `delivery_attempts_delivery` ON `delivery_attempts` (`delivery_key`);--> statement-breakpoint
CREATE TABLE `departed_members` (
	`app_key` integer NOT NULL,
	`external_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`app_key`, `external_id`)
);
--> statement-breakpoint
CREATE TABLE `hidden_messages` (
	`message_key` integer NOT NULL,
	`contact_key` integer NOT NULL,
	PRIMARY KEY(`message_key`, `contact_key`),
	FOREIGN KEY (`message_key`) REFERENCES `messages`(`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outbox_events` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`type` text NOT NULL,
	`conversation_key` integer,
	`data` text NOT NULL,
	`transaction` integer DEFAULT 0 NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_events_app` ON `outbox_events` (`app_key`,`transaction`,`key`);--> statement-breakpoint
CREATE INDEX `outbox_events_at` ON `outbox_events` (`at`);--> statement-breakpoint
DROP TABLE `deliveries`;--> statement-breakpoint
CREATE TABLE `deliveries` (
	`key` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`app_key` integer NOT NULL,
	`kind` text NOT NULL,
	`target` text NOT NULL,
	`webhook_key` integer,
	`event_key` integer,
	`lane` integer,
	`payload` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`attempts_before` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer,
	`state` text NOT NULL,
	`last_error` text,
	`last_status` integer,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_id` ON `deliveries` (`id`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`webhook_key`,`next_attempt_at`,`key`) WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_pushes` ON `deliveries` (`target`,`lane`) WHERE "deliveries"."kind" = 'push' and "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_event` ON `deliveries` (`event_key`) WHERE "deliveries"."state" <> 'done';--> statement-breakpoint
CREATE INDEX `deliveries_target` ON `deliveries` (`webhook_key`,`key`);--> statement-breakpoint
CREATE INDEX `deliveries_ended` ON `deliveries` (`ended_at`) WHERE "deliveries"."ended_at" is not null;--> statement-breakpoint
ALTER TABLE `contacts` ADD `deleted_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `direct_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_direct` ON `conversations` (`app_key`,`direct_key`) WHERE "conversations"."direct_key" is not null;--> statement-breakpoint
ALTER TABLE `participants` ADD `hidden_through` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `previous_secret` text;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `previous_secret_until` integer;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `disabled_reason` text;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `failing_since` integer;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `configured` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` DROP COLUMN `must_change_password`;