DROP INDEX "conversations_app";--> statement-breakpoint
CREATE INDEX "conversations_app" ON "conversations" USING btree ("app_key","status","key") WHERE kind = 'support';