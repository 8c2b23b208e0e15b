import { z } from 'zod'
import { day, MiB, minute, second, setting } from '../setting.js'
import { duration, integer, size } from '../values.js'

/** What one call, one message or one device may take. */
export const limits = z.object({
  messageLength: setting(integer(1, 100_000).default(5_000), 'Code points in the body of a message'),
  metadataBytes: setting(size(0, MiB).default(16 * 1024), 'Metadata of a message or a conversation, as JSON'),
  attachmentsPerMessage: setting(integer(0, 100).default(10), 'Attachments of one message'),
  attachmentBytes: setting(size(0, 1024 * MiB).default(10 * MiB), 'One attachment'),
  bodyBytes: setting(size(1024, 100 * MiB).default(MiB), 'A JSON body of a REST call'),
  pageSize: setting(integer(1, 1_000).default(50), 'Entries of a page when the call names no limit'),
  maximumPageSize: setting(integer(1, 1_000).default(200), 'The largest limit that a call may name'),
  changes: setting(
    integer(1, 100_000).default(2_000),
    'Missed changes given to a client before it must load afresh',
  ),
  visitorMessages: setting(
    integer(1, 1_000_000).default(20),
    'Messages of one visitor connection in the window',
  ),
  visitorMessagesWindow: setting(
    duration(second, day).default(10 * second),
    'The window of visitor_messages',
  ),
  deviceRequests: setting(integer(1, 1_000_000).default(300), 'REST requests of one device in the window'),
  deviceRequestsWindow: setting(duration(second, day).default(15 * minute), 'The window of device_requests'),
  failedLogins: setting(integer(1, 1_000).default(10), 'Failed logins in the window that lock an account'),
  failedLoginsWindow: setting(
    duration(second, day).default(15 * minute),
    'The window of failed_logins, and the lock',
  ),
})
