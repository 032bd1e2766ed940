// The body that the AI SDK's useChat posts, and the fields that a page may add.
import { Type, type Static } from 'typebox'
import { ChatBody } from '../native/schema.ts'
import { CompanyId, QueryGroups } from '../schemas.ts'

const { user_id: UserId, language, indexes, groups, filter, page, resumable, max_tokens, temperature } = ChatBody.properties

const Message = Type.Object({
  id: Type.Optional(Type.String()),
  role: Type.String({ description: '`user`, `assistant` or `system`' }),
  parts: Type.Array(Type.Object({ type: Type.String() }), {
    description: 'Parts of type `text` are read; a `file` in the question is refused',
  }),
})

/** Other fields are ignored. */
export const UiChatBody = Type.Object({
  id: Type.Optional(Type.String({ description: 'The chat: the `conversation_id` of the answer' })),
  messages: Type.Array(Message, { minItems: 1, description: "The conversation; the user's last message is the question" }),
  trigger: Type.Optional(Type.String({ description: '`submit-message`, or `regenerate-message` for a new answer to the same question' })),
  messageId: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The message to generate again' })),
  company_id: Type.Optional(Type.String({ ...CompanyId, description: "The company to ask; the key's company when absent" })),
  user_id: Type.Optional(
    Type.String({
      ...UserId,
      description: "The user who asks: the rate limit and the running answer belong to this user; the client's address when absent",
    })
  ),
  language,
  indexes,
  groups,
  filter,
  page,
  resumable,
  max_tokens,
  temperature,
})

export type UiChatRequest = Static<typeof UiChatBody>

/** A reconnecting client sends no body, so company and user may be in the query of every address. */
export const UiChatQuery = Type.Object({
  company_id: Type.Optional(CompanyId), user_id: Type.Optional(UserId), groups: Type.Optional(QueryGroups),
})

export type UiQuery = Static<typeof UiChatQuery>
