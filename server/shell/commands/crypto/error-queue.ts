/** What stands before each line: openssl prints the number of its thread. */
const THREAD = '40E7C1F2A87F0000';

/** The lines that openssl's libraries leave behind, by what went wrong. */
const LINES = {
  noSuchFile: [
    'error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file',
    'error:80000002:system library:file_open:No such file or directory:../providers/implementations/storemgmt/file_store.c:267:calling stat(%)',
  ],
  cannotOpen: [
    'error:80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(%)',
    'error:10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:',
  ],
  noAuthorities: [
    'error:80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(%)',
    'error:10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:',
    'error:05880002:x509 certificate routines:X509_load_cert_crl_file_ex:system lib:../crypto/x509/by_file.c:229:',
  ],
  otherKind: [
    'error:1608010C:STORE routines:ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:151:',
  ],
  noInput: [
    'error:80000002:system library:file_ctrl:No such file or directory:../crypto/bio/bss_file.c:297:calling fopen(%, r)',
    'error:10080002:BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:300:',
  ],
  noAlgorithm: [
    'error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (% : 0), Properties (<null>)',
  ],
  wrongSignature: [
    'error:02000068:rsa routines:ossl_rsa_verify:bad signature:../crypto/rsa/rsa_sign.c:430:',
    'error:1C880004:Provider routines:rsa_verify:RSA lib:../providers/implementations/signature/rsa_sig.c:774:',
  ],
  noStartLine: [
    'error:0480006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:763:Expecting: %',
  ],
  mismatch: [
    'error:05800074:x509 certificate routines:X509_check_private_key:key values mismatch:../crypto/x509/x509_cmp.c:405:',
  ],
  badDecrypt: [
    'error:1608010C:STORE routines:ossl_store_handle_load_result:unsupported:../crypto/store/store_result.c:151:',
    'error:1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt:../providers/implementations/ciphers/ciphercommon_block.c:124:',
    'error:11800074:PKCS12 routines:PKCS12_pbe_crypt_ex:pkcs12 cipherfinal error:../crypto/pkcs12/p12_decr.c:86:maybe wrong password',
  ],
  badBlock: [
    'error:1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt:../providers/implementations/ciphers/ciphercommon_block.c:124:',
  ],
  noPhrase: [
    'error:1400006B:UI routines:UI_process:processing error:../crypto/ui/ui_lib.c:544:while reading strings',
    'error:0480006D:PEM routines:PEM_def_callback:problems getting password:../crypto/pem/pem_lib.c:62:',
  ],
  verifyFailure: [
    'error:1400006B:UI routines:UI_process:processing error:../crypto/ui/ui_lib.c:544:while reading strings',
  ],
  noAddress: [
    'error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:738:Name or service not known',
  ],
  refused: [
    'error:8000006F:system library:BIO_connect:Connection refused:../crypto/bio/bio_sock2.c:114:calling connect()',
    'error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:116:',
  ],
  timedOut: [
    'error:8000006E:system library:BIO_connect:Connection timed out:../crypto/bio/bio_sock2.c:114:calling connect()',
    'error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:116:',
  ],
  noRoute: [
    'error:80000071:system library:BIO_connect:No route to host:../crypto/bio/bio_sock2.c:114:calling connect()',
    'error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:116:',
  ],
  notTls: [
    'error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:',
  ],
  wrongTlsVersion: [
    'error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../ssl/record/rec_layer_s3.c:1590:SSL alert number 70',
  ],
  noCommonSuite: [
    'error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1590:SSL alert number 40',
  ],
  noCipher: ['error:0A0000B9:SSL routines:SSL_CTX_set_cipher_list:no cipher match:../ssl/ssl_lib.c:2744:'],
  noCertificate: [
    'error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../ssl/record/rec_layer_s3.c:1590:SSL alert number 80',
  ],
  certificateRequired: [
    'error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../ssl/record/rec_layer_s3.c:1590:SSL alert number 116',
  ],
  distrusted: [
    'error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:',
  ],
} as const;

/** The lines for a mistake, without the last newline; `%` in them is what it was about. */
export function queued(what: keyof typeof LINES, about = ''): string {
  return LINES[what].map((line) => `${THREAD}:${line.replace('%', about)}`).join('\n');
}
