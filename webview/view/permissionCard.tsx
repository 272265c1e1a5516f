// Asks before a call: what exactly, why it is asked, and the ways to answer.
import type { Decision, Offer } from '../../src/contracts/permission.ts';
import type { Answer, Question } from '../../src/contracts/question.ts';
import { Button } from '../components.ts';
import { fromRoot } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot } from '../page.ts';
import { sayFrom } from '../say.ts';
import { questionTitle } from '../toolText.ts';
import { Code } from './code.tsx';
import { CommentBox } from './commentBox.tsx';
import { Icon } from './icon.tsx';
import { IgnoreChoice } from './ignoreChoice.tsx';
import { Subject } from './subject.tsx';
import { ToolDifference } from './toolDifference.tsx';
import { Visible } from './visible.ts';
import { Why } from './why.tsx';

export function PermissionCard({ question }: { question: Extract<Question, { type: 'permission' }> }) {
  const page = usePage();
  const root = useRoot();
  const commenting = page.kept.of(`commenting:${question.id}`, false);
  const sent = page.kept.of(`sent:${question.id}`, false);
  const ignore = page.kept.of(`ignore:${question.id}`, false);
  const { decision, call } = question;

  function answer(given: Answer): void {
    if (sent.value) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: given });
  }

  return (
    <section
      class="question-card"
      data-testid="permission"
      data-call-id={call.id}
      data-tool={call.name}
      data-question={question.id}
      aria-label={`${questionTitle(question)} ${question.subject}`}
    >
      <h3 class="question-title">
        <Icon name="shield" /> {questionTitle(question)}
      </h3>
      <Subject text={question.subject} />
      {question.description && (
        <p class="description">
          <span class="quiet">{t('The model says:')}</span>{' '}
          <span data-testid="permission-description" dir="auto">
            <Visible text={question.description} />
          </span>
        </p>
      )}
      <ServerSays decision={decision} />
      <p class="reason" data-testid="permission-reason">
        <Visible text={sayFrom(decision.because, root)} />
      </p>
      <ToolDifference because={decision.because} />
      {commenting.value ? (
        <CommentBox
          keep={question.id}
          label={t('What should be done instead?')}
          send={t('Deny and send')}
          testId="permission-feedback"
          onSend={(feedback) => answer({ type: 'deny', feedback })}
          onCancel={() => {
            commenting.value = false;
          }}
        />
      ) : (
        <div class="buttons">
          <Button
            kind="primary"
            data-testid="permission-allow"
            disabled={sent.value}
            onClick={() => answer({ type: 'allow' })}
          >
            {t('Allow once')}
          </Button>
          <Button data-testid="permission-deny" disabled={sent.value} onClick={() => answer({ type: 'deny' })}>
            {t('Deny and stop')}
          </Button>
          <Button
            data-testid="permission-feedback"
            disabled={sent.value}
            onClick={() => {
              commenting.value = true;
            }}
          >
            {t('Deny with a comment')}
          </Button>
        </div>
      )}
      {(decision.offers?.length ?? 0) > 0 && (
        <div class="offers">
          <div class="offers-title">{t('Or always allow')}</div>
          {decision.offers?.map((offer, i) => (
            <button
              type="button"
              class="offer"
              key={`${offer.scope}:${offer.rules.join()}`}
              data-testid="permission-always"
              data-scope={offer.scope}
              disabled={sent.value}
              onClick={() =>
                answer({ type: 'allow', remember: i, ...(ignore.value && offer.ignore && { ignore: true }) })
              }
            >
              <span class="offer-scope">{offerScope(offer)}</span>
              <span class="offer-rules">
                {offer.rules.map((rule) => (
                  <Code key={rule} text={rule} />
                ))}
              </span>
              {(offer.file !== undefined || offer.wouldHaveMatched) && (
                <span class="offer-more">
                  {offer.file !== undefined && <FilePath path={fromRoot(offer.file, root)} />}
                  {offer.wouldHaveMatched && (
                    <span data-testid="offer-matches">
                      {offer.file !== undefined && ' · '}
                      {matchesWords(offer.wouldHaveMatched)}
                    </span>
                  )}
                </span>
              )}
            </button>
          ))}
          <IgnoreChoice
            offers={decision.offers ?? []}
            checked={ignore.value}
            onChange={(checked) => {
              ignore.value = checked;
            }}
          />
        </div>
      )}
      <Why decision={decision} keep={question.id} call={call.id} />
    </section>
  );
}

/** What the server of the tool says of it. Nobody checks these words; they may only make a person look twice. */
function ServerSays({ decision: { record } }: { decision: Decision }) {
  const said = record.actions.flatMap((action) => (action.kind === 'mcp' ? [action] : []));
  return (
    <>
      {said.some(({ destructive }) => destructive) && (
        <p class="caution" data-testid="permission-destructive">
          {t('The server says that this tool can destroy data.')}
        </p>
      )}
      {said.some(({ openWorld }) => openWorld) && (
        <p class="quiet" data-testid="permission-open-world">
          {t('The server says that this tool reaches the open world, such as websites or other people.')}
        </p>
      )}
    </>
  );
}

/** May be broken behind a slash rather than inside a name. */
function FilePath({ path }: { path: string }) {
  return path.split(/(?<=[\\/])/).map((part, i) => (
    <span key={`${i}:${part}`}>
      {part}
      <wbr />
    </span>
  ));
}

function matchesWords({ calls, of }: { calls: number; of: number }): string {
  if (of > 1) return t('would have matched {calls} of the last {of} calls', { calls, of });
  return calls === 1 ? t('would have matched the last call') : t('would not have matched the last call');
}

function offerScope(offer: Offer): string {
  switch (offer.scope) {
    case 'session':
      return t('in this conversation');
    case 'local':
      return t('in this project, only for you');
    case 'project':
      return t('in this project, for everyone');
    case 'user':
      return t('in all your projects');
  }
}
