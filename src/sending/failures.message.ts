import { MESSAGE, type FailureRow } from './failure.ts'

const NO_PARAMETERS = 'send-test gives a template no parameters'
const OWN_TEMPLATE =
  'Make a template without parameters in WhatsApp Manager → Message templates, and when it is approved give --template NAME:LANGUAGE'

/** The recipient and the message. Sources: Meta's error codes, and captured answers. */
export const MESSAGE_FAILURES: readonly FailureRow[] = [
  {
    name: 'not_in_test_list',
    codes: [131030],
    exitCode: MESSAGE,
    means:
      'The recipient is not in the list of allowed numbers: a test number sends to at most five numbers, listed before.',
    toDo: 'Add the recipient in the app dashboard: WhatsApp → API Setup → To → Manage phone number list, and enter the code that arrives there. If it is in the list, give --to exactly as the list shows it. A new token does not help; a number of your own has no such list.',
  },
  {
    name: 'window_closed',
    codes: [131047],
    exitCode: MESSAGE,
    means: 'More than 24 hours have passed since the recipient wrote to this number: only a template may be sent.',
    toDo: 'Send a template that is approved: --template NAME:LANGUAGE. Or let the recipient write to the number first, and send again. A new token does not help.',
  },
  {
    name: 'undeliverable',
    codes: [131026],
    exitCode: MESSAGE,
    means: 'WhatsApp cannot deliver to this recipient, and does not say why.',
    toDo: "Check --to: does this number have WhatsApp, in a current version, with WhatsApp's terms accepted? Then try another recipient. Neither the token nor the sending number is the cause.",
  },
  {
    name: 'recipient_is_sender',
    codes: [131021],
    exitCode: MESSAGE,
    means: 'The recipient is the sending number itself.',
    toDo: 'Give another number with --to. The token is not the cause.',
  },
  {
    name: 'in_experiment',
    codes: [130472],
    exitCode: MESSAGE,
    means: "The recipient is in one of Meta's experiments: marketing messages do not reach them.",
    toDo: 'Try another recipient, or a template of another category. Neither the token nor the sending number is the cause.',
  },
  {
    name: 'parameter_missing',
    codes: [131008],
    exitCode: MESSAGE,
    means: 'A parameter that the message needs is missing.',
    toDo: `See above what Graph said: it names the parameter. With --template: this template takes parameters, and ${NO_PARAMETERS}, so choose one that takes none. The token is not the cause.`,
  },
  {
    name: 'parameter_wrong',
    codes: [131009],
    exitCode: MESSAGE,
    means: 'The value of a parameter is not valid.',
    toDo: 'See above what Graph said, and check --to (a number with its country code), and with --template its name and language. The token is not the cause.',
  },
  {
    name: 'template_wants_parameters',
    codes: [132000],
    exitCode: MESSAGE,
    means: `The template takes parameters, and ${NO_PARAMETERS}.`,
    toDo: 'Choose a template without parameters with --template, or send this one by your own program. The token is not the cause.',
  },
  {
    name: 'template_parameter_format',
    codes: [132012, 132018],
    exitCode: MESSAGE,
    means: `The parameters are not those that the template wants; ${NO_PARAMETERS}.`,
    toDo: 'Choose with --template one that has no variable, no picture and no file in its header, and no button with a variable. The token is not the cause.',
  },
  {
    name: 'template_unknown',
    codes: [132001],
    exitCode: MESSAGE,
    means: 'This account has no such template in this language, or it is not approved.',
    toDo: 'See name, language and state in WhatsApp Manager → Message templates, and give both as they are there: --template NAME:LANGUAGE. en and en_US are two languages. The token is not the cause.',
  },
  {
    name: 'template_for_test_numbers',
    codes: [131058],
    exitCode: MESSAGE,
    means: "The template hello_world can be sent by Meta's test numbers only.",
    toDo: `${OWN_TEMPLATE}. The token is not the cause.`,
  },
  {
    name: 'template_too_long',
    codes: [132005],
    exitCode: MESSAGE,
    means: 'The text of the template is too long in this language.',
    toDo: 'Shorten it in WhatsApp Manager → Message templates, or choose another one with --template. The token is not the cause.',
  },
  {
    name: 'template_breaks_rule',
    codes: [132007],
    exitCode: MESSAGE,
    means: "The text of the template breaks a rule of WhatsApp's.",
    toDo: 'See the reason in WhatsApp Manager → Message templates, and correct it there, or choose another one with --template. The token is not the cause.',
  },
  {
    name: 'template_paused',
    codes: [132015],
    exitCode: MESSAGE,
    means: 'The template is paused for its low quality: people blocked or reported it, or did not read it.',
    toDo: 'Choose another template with --template, or correct this one in WhatsApp Manager → Message templates. Sending it again does not help while it is paused, and the token is not the cause.',
  },
  {
    name: 'template_disabled',
    codes: [132016],
    exitCode: MESSAGE,
    means: 'The template is disabled for good, since it was paused too often.',
    toDo: `${OWN_TEMPLATE}. Waiting does not help, and the token is not the cause.`,
  },
  {
    name: 'kind_not_supported',
    codes: [131051],
    exitCode: MESSAGE,
    means: 'Graph does not support this kind of message.',
    toDo: 'send-test sends a text or a template only: look at what is between this program and Graph (GRAPH_API_URL), which may change the message. The token is not the cause.',
  },
  {
    name: 'media_failed',
    codes: [131052, 131053],
    exitCode: MESSAGE,
    means: 'Graph could not fetch or take the media of the message.',
    toDo: 'send-test sends no media: choose with --template one without a picture or file in its header, and look at what is between this program and Graph (GRAPH_API_URL). The token is not the cause.',
  },
]

/** 100 where nothing else of the error says more. */
export const PARAMETER: FailureRow = {
  name: 'parameter_refused',
  codes: [100],
  exitCode: MESSAGE,
  means: 'Graph refuses a parameter of the message.',
  toDo: 'See above what Graph said: it names the parameter. Check --to (a number with its country code), and with --template its name, its language, and that it takes no parameters.',
}
