export type DeliveryKind = 'webhook' | 'channel' | 'push'
export type DeliveryState = 'pending' | 'done' | 'dead'
