export const LANGUAGES = ['en', 'ko'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Every sentence of the pages. `{name}` is filled in. */
const TEXTS = {
  tagline: ['A Kubernetes cluster to practise on', '연습용 쿠버네티스 클러스터'],
  intro: [
    'Real tasks on a cluster of your own, judged by what you leave behind.',
    '나만의 클러스터에서 실전 과제를 풀고, 남긴 결과로 채점받으세요.',
  ],
  exams: ['Exams', '시험'],
  labs: ['Practice', '연습'],
  labsAbout: [
    'One task at a time, no time limit, checked as often as you like.',
    '한 번에 과제 하나씩, 시간 제한 없이, 원하는 만큼 채점할 수 있습니다.',
  ],
  examsAbout: [
    'Several tasks against the clock. Judged once, when you submit.',
    '정해진 시간 안에 여러 과제를 풀고, 제출하면 한 번 채점합니다.',
  ],
  continue: ['Continue', '이어하기'],
  unfinished: ['In progress', '진행 중'],
  start: ['Start', '시작'],
  startExam: ['Start exam', '시험 시작'],
  startAgain: ['Start again', '다시 시작'],
  open: ['Open', '열기'],
  minutes: ['{n} min', '{n}분'],
  minutesLeft: ['{n} min left', '{n}분 남음'],
  tasksCount: ['{n} tasks', '과제 {n}개'],
  passAt: ['{n} % to pass', '{n} % 이상 합격'],
  best: ['Best: {n} %', '최고 {n} %'],
  solved: ['Solved', '해결함'],
  language: ['Language', '언어'],
  theme: ['Theme', '테마'],
  themeAuto: ['Theme: as the system', '테마: 시스템 설정'],
  themeLight: ['Theme: light', '테마: 밝게'],
  themeDark: ['Theme: dark', '테마: 어둡게'],
  home: ['All labs', '전체 과제'],
  skip: ['Skip to the content', '본문으로 건너뛰기'],
  task: ['Task', '과제'],
  taskOf: ['Task {n} of {all}', '과제 {n} / {all}'],
  host: ['Host', '호스트'],
  weight: ['{n} %', '{n} %'],
  check: ['Check my work', '채점하기'],
  checking: ['Checking…', '채점 중…'],
  checkFailed: ['The check could not be made: {why}', '채점하지 못했습니다: {why}'],
  hint: ['Hint', '힌트'],
  hintN: ['Hint {n}', '힌트 {n}'],
  solution: ['Solution', '풀이'],
  showSolution: ['Show solution', '풀이 보기'],
  reset: ['Reset', '초기화'],
  resetAsk: [
    'Take the cluster back to the start of this task? Your work on it is lost.',
    '이 과제의 클러스터를 처음 상태로 되돌릴까요? 작업한 내용은 사라집니다.',
  ],
  resetDone: ['The cluster is as it was at the start.', '클러스터를 처음 상태로 되돌렸습니다.'],
  solutionAsk: [
    'Show the solution? Try it yourself first: that is how it sticks.',
    '풀이를 볼까요? 먼저 직접 풀어 보면 더 오래 남습니다.',
  ],
  cancel: ['Cancel', '취소'],
  yes: ['Yes', '예'],
  close: ['Close', '닫기'],
  points: ['{n} of {all} points', '{all}점 중 {n}점'],
  point: ['{n}/{all}', '{n}/{all}'],
  pass: ['Passed', '통과'],
  fail: ['Not yet', '미달'],
  ungradable: ['Could not be judged', '채점할 수 없음'],
  expected: ['Expected', '기대'],
  actual: ['Found', '실제'],
  why: ['Why', '이유'],
  allDone: ['All done: full marks.', '모두 통과했습니다. 만점입니다.'],
  flag: ['Flag', '표시'],
  flagged: ['Flagged', '표시함'],
  previous: ['Previous', '이전'],
  next: ['Next', '다음'],
  notes: ['Notepad', '메모장'],
  notesHere: ['Notes are kept with the exam.', '메모는 시험과 함께 저장됩니다.'],
  submit: ['Submit exam', '시험 제출'],
  submitAsk: [
    'Submit the exam? All tasks are judged as they are now, and you cannot go on.',
    '시험을 제출할까요? 지금 상태로 모든 과제를 채점하며, 더 이상 작업할 수 없습니다.',
  ],
  submitFlagged: ['Flagged tasks: {n}.', '표시한 과제: {n}개.'],
  timeLeft: ['Time left', '남은 시간'],
  timeAlert: ['{n} minutes left', '{n}분 남았습니다'],
  timeUp: ['Time is up. Your exam is being judged.', '시간이 끝났습니다. 시험을 채점하고 있습니다.'],
  judging: ['Your exam is being judged', '시험을 채점하고 있습니다'],
  judgingAbout: ['This takes a few seconds.', '몇 초 걸립니다.'],
  terminal: ['Terminal', '터미널'],
  terminals: ['Terminals', '터미널 목록'],
  terminalN: ['Terminal {n}', '터미널 {n}'],
  newTerminal: ['New terminal', '새 터미널'],
  closeTerminal: ['Close terminal {n}', '터미널 {n} 닫기'],
  openOn: ['Open on host', '열 호스트'],
  connecting: ['Connecting…', '연결 중…'],
  starting: ['Starting your cluster…', '클러스터를 시작하는 중…'],
  disconnected: ['Connection lost. Trying again…', '연결이 끊겼습니다. 다시 시도합니다…'],
  sessionEnded: ['The session has ended.', '세션이 끝났습니다.'],
  reconnect: ['Open a new session', '새 세션 열기'],
  restarted: ['The session was restarted.', '세션이 다시 시작되었습니다.'],
  copyPaste: ['Copy Ctrl+Shift+C · Paste Ctrl+Shift+V', '복사 Ctrl+Shift+C · 붙여넣기 Ctrl+Shift+V'],
  copyThis: ['Click to copy', '눌러서 복사'],
  copied: ['Copied: {what}', '복사했습니다: {what}'],
  docs: ['Documentation', '문서'],
  ownTools: ['Your own kubectl', '내 kubectl 사용하기'],
  ownToolsAbout: [
    'This cluster also answers kubectl, helm and other clients on your machine, as long as this page is open.',
    '이 페이지가 열려 있는 동안 내 컴퓨터의 kubectl, helm 등으로도 이 클러스터에 접속할 수 있습니다.',
  ],
  downloadKubeconfig: ['Download kubeconfig', 'kubeconfig 내려받기'],
  result: ['Result', '결과'],
  passed: ['Passed', '합격'],
  notPassed: ['Not passed', '불합격'],
  neededAbout: ['{n} % are needed to pass.', '합격선은 {n} %입니다.'],
  byDomain: ['By domain', '분야별'],
  byTask: ['By task', '과제별'],
  took: ['Took {n} min', '{n}분 걸림'],
  notFound: ['There is nothing here', '페이지를 찾을 수 없습니다'],
  notFoundAbout: [
    'The address may be wrong, or the attempt belongs to another browser.',
    '주소가 틀렸거나 다른 브라우저에서 시작한 것일 수 있습니다.',
  ],
  wrong: ['Something went wrong', '문제가 생겼습니다'],
  wrongAbout: [
    'It is our mistake, not yours. Your work is saved.',
    '저희 쪽 문제입니다. 작업한 내용은 저장되어 있습니다.',
  ],
  'domain.cluster-architecture': [
    'Cluster Architecture, Installation & Configuration',
    '클러스터 아키텍처, 설치 및 구성',
  ],
  'domain.workloads-scheduling': ['Workloads & Scheduling', '워크로드와 스케줄링'],
  'domain.services-networking': ['Services & Networking', '서비스와 네트워킹'],
  'domain.storage': ['Storage', '스토리지'],
  'domain.troubleshooting': ['Troubleshooting', '트러블슈팅'],
} as const satisfies Record<string, readonly [en: string, ko: string]>;

export type TextKey = keyof typeof TEXTS;

/** All texts in one language, for a page's script. */
export function textsIn(language: Language): Record<string, string> {
  const index = LANGUAGES.indexOf(language);
  return Object.fromEntries(Object.entries(TEXTS).map(([key, value]) => [key, value[index] as string]));
}

/** Texts in one language, filled in. */
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

export function translator(language: Language): Translate {
  const index = LANGUAGES.indexOf(language);
  return (key, values = {}) =>
    (TEXTS[key][index] as string).replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ''));
}

/** The language a browser wants: what was chosen, else what its headers ask for. */
export function languageOf(chosen: string | undefined, accepted: string | undefined): Language {
  if (LANGUAGES.includes(chosen as Language)) return chosen as Language;
  return /(^|[,\s])ko\b/.test((accepted ?? '').split(',')[0] ?? '') ? 'ko' : 'en';
}
