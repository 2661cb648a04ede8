// words_below.js -- the words of what stands below send, in English and Portuguese:
// the tones, the plot over time, the ladder. words.js joins them to its own; values
// come as texts, and n is a bare number where a plural depends on it.

export const EN = {
  // The tones
  "tone acked": "acknowledged", "tone flight": "in the kernel, sent",
  "tone unsent": "in the kernel, not sent", "tone server": "still in the server",
  "tone lost flight": "sent, never acknowledged", "tone lost unsent": "accepted, never sent",
  "tone lost server": "never left the server",
  keyAcked: "acknowledged: the client's kernel has it; its program need not have read it",
  keyKernel: "in this kernel, sent or not", keyServer: "still in the server", keyAgain: "sent again",
  ackedOf: "acked {size}",
  ackedFacts: "{size} acknowledged",
  againFacts: ({ count, n }) => `${count} ${n === 1 ? "segment" : "segments"} sent again`,
  lostFacts: "{size} never acknowledged", unreadFacts: "{size} never read",
  "state stalled": ({ window }) => `stalled: the kernel takes no more${window ? ` (the client's window then: ${window})` : ""}`,
  ackedPart: ({ part, whole, isAll }) => isAll ?
    "All of it was acknowledged: the client's kernel has it. Whether its program read it, TCP does not say." :
    `The kernel accepted ${whole} of it; ${part} were acknowledged: the client's kernel has them. Whether its program read them, TCP does not say.`,
  "not read": "never looked at",
  "not read means": "The connection ended before the server looked at these bytes. Whole requests may be among them.",
  cameSegments: ({ count, n }) => `${count} ${n === 1 ? "segment" : "segments"} brought it (one more or less: the kernel counts on while we ask).`,
  cameWaited: "The last byte had waited {time} in the kernel for the server.",
  synButton: "The SYN of c{number}, byte for byte", synTitle: "c{number}: the SYN that opened it", synOption: "option",
  synMeans: "The client's kernel sent this segment as its program called connect, and ours kept it: {size}, the headers of IP and TCP. No program wrote a byte of it.",

  // The views, and the plot over time
  views: "c{number}: what is shown", viewStream: "Stream", viewTime: "Time", viewSequence: "Sequence",
  timeOf: "c{number} over time",
  timeKeys: "Keys in the plot: + − zoom, ← → move, 0 shows all, L the last request; or Ctrl with the wheel.",
  outAxis: "out: bytes to the client", inAxis: "in: bytes to the server",
  timeAxis: "time since the connection was accepted", timeAxisUnseen: "time since the first event that was seen",
  lineWritten: "written: the kernel accepted it (send)", lineLeft: "sent: handed to the network device",
  lineAcked: "acknowledged: the client's kernel has it", lineWindow: "limit of the client's window",
  lineAgain: "sent again", lineRead: "read by the server (recv)", lineArrived: "arrived in the kernel",
  lineBand: "an HTTP message, its head in full colour", lineStall: "the kernel takes no more",
  timeLimited: "The client's window limited the sender for {time} so far.",
  windowAbove: "the client's window reaches to {at}",
  flagEof: "FIN from the client", flagShutdown: "FIN to the client", flagClose: "close", flagReset: "reset",
  bandRun: "{count} messages",
  timeSays: "{from} to {to}: {written} written, {left} sent, {acked} acknowledged.",
  timeSaysNoStamps: "{from} to {to}: {written} written. When it was sent and acknowledged was not reported.",
  timeAgain: ({ count, n, times }) => `${count} sent again, at ${times}${n > 5 ? " …" : ""}.`,
  timeStall: "The kernel took no more for {time} in all.",
};

export const PT = {
  "tone acked": "confirmado", "tone flight": "no kernel, enviado",
  "tone unsent": "no kernel, não enviado", "tone server": "ainda no servidor",
  "tone lost flight": "enviado, nunca confirmado", "tone lost unsent": "aceito, nunca enviado",
  "tone lost server": "nunca saiu do servidor",
  keyAcked: "confirmado: o kernel do cliente tem os bytes; o programa talvez ainda não os tenha lido",
  keyKernel: "neste kernel, enviado ou não", keyServer: "ainda no servidor", keyAgain: "enviado de novo",
  ackedOf: "conf. {size}",
  ackedFacts: "{size} confirmados",
  againFacts: ({ count, n }) => `${count} ${n === 1 ? "segmento enviado" : "segmentos enviados"} de novo`,
  lostFacts: "{size} nunca confirmados", unreadFacts: "{size} nunca lidos",
  "state stalled": ({ window }) => `parada: o kernel não aceita mais${window ? ` (janela do cliente nesse momento: ${window})` : ""}`,
  ackedPart: ({ part, whole, isAll }) => isAll ?
    "Tudo foi confirmado: o kernel do cliente tem os bytes. Se o programa os leu, o TCP não diz." :
    `O kernel aceitou ${whole}; ${part} foram confirmados: o kernel do cliente tem esses bytes. Se o programa os leu, o TCP não diz.`,
  "not read": "nunca examinados",
  "not read means": "A conexão terminou antes de o servidor examinar estes bytes. Pode haver requisições inteiras entre eles.",
  cameSegments: ({ count, n }) => `${count} ${n === 1 ? "segmento trouxe" : "segmentos trouxeram"} estes bytes (um a mais ou a menos: o kernel continua contando enquanto perguntamos).`,
  cameWaited: "O último byte esperou {time} no kernel pelo servidor.",
  synButton: "O SYN de c{number}, byte a byte", synTitle: "c{number}: o SYN que a abriu", synOption: "opção",
  synMeans: "O kernel do cliente enviou este segmento quando o programa chamou connect, e o nosso o guardou: {size}, os cabeçalhos IP e TCP. Nenhum programa escreveu um byte dele.",

  views: "c{number}: o que é mostrado", viewStream: "Fluxo", viewTime: "Tempo", viewSequence: "Sequência",
  timeOf: "c{number} ao longo do tempo",
  timeKeys: "Teclas no gráfico: + − aproxima e afasta, ← → desloca, 0 mostra tudo, L a última requisição; ou Ctrl com a roda do mouse.",
  outAxis: "sai: bytes para o cliente", inAxis: "entra: bytes para o servidor",
  timeAxis: "tempo desde que a conexão foi aceita", timeAxisUnseen: "tempo desde o primeiro evento visto",
  lineWritten: "escrito: o kernel aceitou (send)", lineLeft: "enviado: entregue ao dispositivo de rede",
  lineAcked: "confirmado: o kernel do cliente tem os bytes", lineWindow: "limite da janela do cliente",
  lineAgain: "enviado de novo", lineRead: "lido pelo servidor (recv)", lineArrived: "chegou ao kernel",
  lineBand: "uma mensagem HTTP, com o cabeçalho em cor cheia", lineStall: "o kernel não aceita mais",
  timeLimited: "A janela do cliente limitou o envio durante {time} até agora.",
  windowAbove: "a janela do cliente vai até {at}",
  flagEof: "FIN do cliente", flagShutdown: "FIN para o cliente", flagClose: "close", flagReset: "reset",
  bandRun: "{count} mensagens",
  timeSays: "{from} a {to}: {written} escritos, {left} enviados, {acked} confirmados.",
  timeSaysNoStamps: "{from} a {to}: {written} escritos. Não se sabe quando foram enviados e confirmados.",
  timeAgain: ({ count, n, times }) => `${count} enviados de novo, em ${times}${n > 5 ? " …" : ""}.`,
  timeStall: "O kernel não aceitou mais durante {time} no total.",
};
