import { IDS } from './ids.ts'
import type { CanSend, EntityHealth, World } from './world.ts'

const FROM_BEST: readonly CanSend[] = ['AVAILABLE', 'LIMITED', 'BLOCKED']

type Entity = EntityHealth & { readonly entity_type: string; readonly id: string }

const worst = (entities: readonly Entity[]) =>
  FROM_BEST[Math.max(...entities.map(({ can_send_message }) => FROM_BEST.indexOf(can_send_message)))]

const statusOf = (entities: readonly Entity[]) => ({ can_send_message: worst(entities), entities })

const aboveTheNumber = ({ account, health }: World): Entity[] => [
  { entity_type: 'WABA', id: account.isPage ? IDS.otherBusinessAccount : IDS.businessAccount, ...health.account },
  { entity_type: 'BUSINESS', id: IDS.business, ...health.business },
  { entity_type: 'APP', id: IDS.app, ...health.app },
]

export const accountHealth = (world: World) => statusOf(aboveTheNumber(world))

export const phoneHealth = (world: World, id: string, own: EntityHealth) =>
  statusOf([{ entity_type: 'PHONE_NUMBER', id, ...own }, ...aboveTheNumber(world)])
