<?php
/**
 * Plugin Name:       Byline Notify
 * Description:       Tells Byline, the newsroom's newsletter and syndication service, when a post changes.
 * Version:           1.0.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * License:           GPL-3.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-3.0.html
 * Update URI:        false
 * Text Domain:       byline-notify
 *
 * Set in wp-config.php:
 *   define( 'BYLINE_URL', 'https://letters.example' );
 *   define( 'BYLINE_SECRET', '…' );           // 32 characters or more, the same as Byline's
 *   define( 'BYLINE_SOURCE', 'wordpress' );   // optional
 *
 * A notice carries no article. It says which post changed, and Byline reads the rest through REST.
 */

defined( 'ABSPATH' ) || exit;

// The file may lie in mu-plugins/ and in plugins/ at once: the first copy wins, the site stays up.
if ( ! class_exists( 'Byline_Notify' ) ) :

	final class Byline_Notify {

		const SECONDS_TO_WAIT = 2;
		const SECONDS_TO_RETRY = 60;

		/** @var array<int, bool> Posts touched in this request => was it public before the first touch? */
		private static $was_public = array();

		public static function start(): void {
			// The earliest hook of an update: the database still has the post as it was.
			add_action( 'pre_post_update', array( __CLASS__, 'before_update' ), 1 );
			// New posts and scheduled ones going out: these pass no pre_post_update.
			add_action( 'transition_post_status', array( __CLASS__, 'on_transition' ), 1, 3 );
			add_action( 'before_delete_post', array( __CLASS__, 'before_delete' ), 1 );
			// After everybody else: terms, meta and thumbnails are saved by then.
			add_action( 'shutdown', array( __CLASS__, 'on_shutdown' ), 1000 );
			add_action( 'byline_notify_retry', array( __CLASS__, 'retry' ) );

			add_action( 'init', array( __CLASS__, 'register_meta' ) );
			add_action( 'rest_api_init', array( __CLASS__, 'register_standfirst' ) );
			add_filter( 'rest_prepare_post', array( __CLASS__, 'hide_choice' ), 10, 3 );
			add_action( 'add_meta_boxes_post', array( __CLASS__, 'add_box' ) );
			add_action( 'save_post_post', array( __CLASS__, 'save_box' ) );
			add_action( 'enqueue_block_editor_assets', array( __CLASS__, 'add_panel' ) );
			add_action( 'admin_notices', array( __CLASS__, 'warn' ) );
		}

		// ---- What happened: collected while WordPress saves ----

		public static function before_update( $id ): void {
			$post = get_post( $id );
			if ( ! $post || 'post' !== $post->post_type ) {
				return; // Revisions and autosaves have a type of their own.
			}
			// A choice describes one save. It is forgotten here, before this save writes any of its own: meta_input,
			// the box and REST's meta all come later, so an explicit choice always wins. Once per request only,
			// for plugins like to save a post again from within save_post.
			if ( ! isset( self::$was_public[ $post->ID ] ) ) {
				delete_post_meta( $post->ID, 'byline_change' );
				delete_post_meta( $post->ID, 'byline_note' );
			}
			self::remember( $post, self::is_public( $post ) );
		}

		public static function on_transition( $new_status, $old_status, $post ): void {
			self::remember( $post, 'publish' === $old_status && '' === $post->post_password );
		}

		public static function before_delete( $id ): void {
			$post = get_post( $id );
			if ( ! $post ) {
				return;
			}
			// The trash being emptied: Byline knows the post if it was public when it was thrown away.
			$trashed = 'trash' === $post->post_status && '' === $post->post_password
				&& 'publish' === get_post_meta( $post->ID, '_wp_trash_meta_status', true );
			self::remember( $post, $trashed || self::is_public( $post ) );
		}

		private static function remember( WP_Post $post, bool $was_public ): void {
			// Importers move thousands of posts; Byline's own reading finds those.
			if ( 'post' === $post->post_type && ! ( defined( 'WP_IMPORTING' ) && WP_IMPORTING ) ) {
				self::$was_public += array( $post->ID => $was_public );
			}
		}

		private static function is_public( ?WP_Post $post ): bool {
			return $post && 'post' === $post->post_type && 'publish' === $post->post_status && '' === $post->post_password;
		}

		/** What the whole request did to one post, however many hooks fired; '' if readers saw nothing of it. */
		private static function event( int $id, bool $was_public ): string {
			$post = get_post( $id );
			if ( self::is_public( $post ) ) {
				return $was_public ? 'update' : 'publish';
			}
			if ( ! $was_public ) {
				return '';
			}
			if ( ! $post ) {
				return 'delete';
			}
			return 'trash' === $post->post_status ? 'trash' : 'unpublish';
		}

		// ---- The notice: sent when the editor has the answer already ----

		public static function on_shutdown(): void {
			$notices = array();
			foreach ( self::$was_public as $id => $was_public ) {
				$notices[ $id ] = self::event( $id, $was_public );
			}
			self::$was_public = array();
			$notices = array_filter( $notices );
			if ( ! $notices || self::problems() ) {
				return;
			}
			if ( function_exists( 'fastcgi_finish_request' ) ) {
				fastcgi_finish_request();
			} elseif ( function_exists( 'litespeed_finish_request' ) ) {
				litespeed_finish_request();
			}
			$owed = self::send_all( $notices );
			if ( $owed ) {
				wp_schedule_single_event( time() + self::SECONDS_TO_RETRY, 'byline_notify_retry', array( $owed ) );
			}
		}

		/** The second and last attempt: what fails now is found by Byline's own reading. */
		public static function retry( $notices ): void {
			// A post that was put back within the minute has a newer notice: the old one would mislead.
			foreach ( $notices as $id => $event ) {
				if ( self::is_public( get_post( $id ) ) !== in_array( $event, array( 'publish', 'update' ), true ) ) {
					unset( $notices[ $id ] );
				}
			}
			if ( ! self::problems() ) {
				self::send_all( $notices );
			}
		}

		/** Returns what should be tried again. A Byline that is down is asked once, not once per post. */
		private static function send_all( array $notices ): array {
			foreach ( $notices as $id => $event ) {
				$answer = self::send( $id, $event );
				$status = (int) wp_remote_retrieve_response_code( $answer );
				if ( is_wp_error( $answer ) || $status >= 500 || 429 === $status ) {
					error_log( 'Byline could not be told of post ' . $id . ': ' . self::in_words( $answer ) );
					return $notices;
				}
				if ( $status >= 300 ) {
					error_log( 'Byline refused the notice for post ' . $id . ': ' . self::in_words( $answer ) );
				}
				unset( $notices[ $id ] );
			}
			return array();
		}

		/** @return array|WP_Error */
		private static function send( int $id, string $event ) {
			$source = defined( 'BYLINE_SOURCE' ) ? BYLINE_SOURCE : 'wordpress';
			$body   = wp_json_encode( array( 'source' => $source, 'post' => $id, 'event' => $event ) );
			$time   = (string) time();
			// Not wp_safe_remote_post(): it refuses loopback and unusual ports, where Byline may well live.
			return wp_remote_post(
				rtrim( BYLINE_URL, '/' ) . '/hooks/wordpress',
				array(
					'timeout'     => self::SECONDS_TO_WAIT,
					'redirection' => 0,
					'body'        => $body,
					'headers'     => array(
						'Content-Type'       => 'application/json',
						'X-Byline-Timestamp' => $time,
						'X-Byline-Signature' => 'sha256=' . hash_hmac( 'sha256', $time . '.' . $body, BYLINE_SECRET ),
					),
				)
			);
		}

		private static function in_words( $answer ): string {
			return is_wp_error( $answer )
				? $answer->get_error_message()
				: 'HTTP ' . wp_remote_retrieve_response_code( $answer );
		}

		/** For the command line: sends one notice for the newest post and says how it went. */
		public static function test(): void {
			$problems = self::problems();
			$newest   = get_posts( array( 'numberposts' => 1, 'has_password' => false ) );
			if ( $problems ) {
				echo implode( "\n", $problems ) . "\n";
			} elseif ( ! $newest ) {
				echo "There is no published post to tell Byline of.\n";
			} else {
				echo 'Told Byline of post ' . $newest[0]->ID . '; it answered: '
					. self::in_words( self::send( $newest[0]->ID, 'update' ) ) . "\n";
			}
		}

		// ---- The settings ----

		/** @return string[] Sentences; none when all is well. */
		private static function problems(): array {
			$problems = array();
			if ( ! defined( 'BYLINE_URL' ) || ! preg_match( '~^https?://[^/]~', (string) BYLINE_URL ) ) {
				$problems[] = __( 'Set BYLINE_URL in wp-config.php to the address of Byline, such as https://letters.example.', 'byline-notify' );
			}
			if ( ! defined( 'BYLINE_SECRET' ) || strlen( (string) BYLINE_SECRET ) < 32 ) {
				$problems[] = __( 'Set BYLINE_SECRET in wp-config.php to the secret that Byline has, 32 characters or more.', 'byline-notify' );
			}
			return $problems;
		}

		public static function warn(): void {
			$problems = self::problems();
			if ( $problems && current_user_can( 'manage_options' ) ) {
				echo '<div class="notice notice-error"><p>' . esc_html__( 'Byline is not told of changed posts.', 'byline-notify' )
					. ' ' . esc_html( implode( ' ', $problems ) ) . '</p></div>';
			}
		}

		// ---- The editor's word on a change ----

		public static function register_meta(): void {
			$may_edit = function ( $allowed, $key, $id ) {
				return current_user_can( 'edit_post', $id );
			};
			$common = array( 'type' => 'string', 'single' => true, 'default' => '', 'auth_callback' => $may_edit );
			register_post_meta(
				'post',
				'byline_change',
				$common + array(
					'description'       => 'How the latest save is told to readers.',
					'show_in_rest'      => array( 'schema' => array( 'enum' => array( '', 'update', 'correction' ) ) ),
					'sanitize_callback' => function ( $value ) {
						return in_array( $value, array( 'update', 'correction' ), true ) ? $value : '';
					},
				)
			);
			register_post_meta(
				'post',
				'byline_note',
				$common + array(
					'description'       => 'One line of plain text about the latest save.',
					'show_in_rest'      => true,
					'sanitize_callback' => function ( $value ) {
						return is_string( $value ) ? sanitize_text_field( $value ) : '';
					},
				)
			);
		}

		/**
		 * Whoever edits starts from no choice: the block editor sends back all the meta it was given whenever another
		 * plugin changes its own, and the last save's choice would return as a choice for this one.
		 * And the note of a post behind a password is not for everybody.
		 */
		public static function hide_choice( $response, $post, $request ) {
			$answer = $response->get_data();
			if ( 'edit' === $request['context'] || ! self::is_public( $post ) ) {
				foreach ( array( 'byline_change', 'byline_note' ) as $key ) {
					if ( isset( $answer['meta'][ $key ] ) ) {
						$answer['meta'][ $key ] = '';
					}
				}
				$response->set_data( $answer );
			}
			return $response;
		}

		public static function register_standfirst(): void {
			register_rest_field(
				'post',
				'byline_standfirst',
				array(
					'get_callback' => function ( $answer ) {
						// Where ?_fields= leaves the id out, the post being shown is the global one.
						$post = get_post( $answer['id'] ?? null );
						return self::is_public( $post ) ? $post->post_excerpt : '';
					},
					'schema'       => array(
						'description' => 'The excerpt that a person wrote, empty if there is none.',
						'type'        => 'string',
						'context'     => array( 'view', 'edit' ),
						'readonly'    => true,
					),
				)
			);
		}

		private static function words(): array {
			return array(
				'title'   => __( 'Tell readers of this change', 'byline-notify' ),
				'help'    => __( 'Speaks of the next save only; after it, the choice is No again.', 'byline-notify' ),
				'change'  => __( 'Is it news to readers?', 'byline-notify' ),
				'note'    => __( 'What changed, in one line', 'byline-notify' ),
				'choices' => array(
					''           => __( 'No: a small fix', 'byline-notify' ),
					'update'     => __( 'Update', 'byline-notify' ),
					'correction' => __( 'Correction', 'byline-notify' ),
				),
			);
		}

		/** For the classic editor; the block editor has the panel below. */
		public static function add_box(): void {
			add_meta_box(
				'byline-notify',
				self::words()['title'],
				array( __CLASS__, 'show_box' ),
				'post',
				'side',
				'default',
				array( '__back_compat_meta_box' => true )
			);
		}

		public static function show_box(): void {
			$words = self::words();
			wp_nonce_field( 'byline_notify', 'byline_nonce', false );
			echo '<p><label for="byline_change">' . esc_html( $words['change'] ) . '</label><br>';
			echo '<select id="byline_change" name="byline_change">';
			foreach ( $words['choices'] as $value => $label ) {
				echo '<option value="' . esc_attr( $value ) . '">' . esc_html( $label ) . '</option>';
			}
			echo '</select></p><p><label for="byline_note">' . esc_html( $words['note'] ) . '</label><br>';
			echo '<input type="text" class="widefat" id="byline_note" name="byline_note" maxlength="300"></p>';
			echo '<p class="description">' . esc_html( $words['help'] ) . '</p>';
		}

		public static function save_box( $id ): void {
			// The box is not in every form (quick edit has none): no box, no choice.
			if ( empty( $_POST['byline_change'] ) || ! isset( $_POST['byline_note'], $_POST['byline_nonce'] )
				|| ( defined( 'DOING_AUTOSAVE' ) && DOING_AUTOSAVE )
				|| (int) ( $_POST['post_ID'] ?? 0 ) !== $id
				|| ! wp_verify_nonce( sanitize_key( $_POST['byline_nonce'] ), 'byline_notify' )
				|| ! current_user_can( 'edit_post', $id ) ) {
				return;
			}
			// WordPress unslashes both, and their sanitize_callback cleans them.
			update_post_meta( $id, 'byline_change', $_POST['byline_change'] );
			update_post_meta( $id, 'byline_note', $_POST['byline_note'] );
		}

		/**
		 * A meta box would be saved in a second request, after the text: Byline would be told twice, and at first
		 * read a correction as a small fix. The panel's choice travels with the text, and is empty again after
		 * each save because hide_choice() answers so.
		 */
		public static function add_panel(): void {
			$screen = get_current_screen();
			if ( ! $screen || 'post' !== $screen->base || 'post' !== $screen->post_type ) {
				return;
			}
			$script = <<<'JS'
( function ( wp, words ) {
	var el = wp.element.createElement;
	var Panel = ( wp.editor && wp.editor.PluginDocumentSettingPanel ) || wp.editPost.PluginDocumentSettingPanel;

	function Choice() {
		var meta = wp.data.useSelect( function ( select ) {
			return select( 'core/editor' ).getEditedPostAttribute( 'meta' );
		}, [] );
		var editPost = wp.data.useDispatch( 'core/editor' ).editPost;
		if ( ! meta || meta.byline_change === undefined ) {
			return null;
		}
		return el( Panel, { name: 'byline-notify', title: words.title },
			el( wp.components.SelectControl, {
				label: words.change,
				help: words.help,
				value: meta.byline_change,
				options: Object.keys( words.choices ).map( function ( value ) {
					return { value: value, label: words.choices[ value ] };
				} ),
				onChange: function ( value ) { editPost( { meta: { byline_change: value } } ); }
			} ),
			meta.byline_change && el( wp.components.TextControl, {
				label: words.note,
				value: meta.byline_note,
				maxLength: 300,
				onChange: function ( value ) { editPost( { meta: { byline_note: value } } ); }
			} )
		);
	}

	wp.plugins.registerPlugin( 'byline-notify', { render: Choice } );
} )
JS;
			// No file, so that the plugin stays one file: the inline script hangs on an empty one.
			wp_register_script( 'byline-notify', false, array( 'wp-plugins', 'wp-edit-post', 'wp-element', 'wp-components', 'wp-data' ), '1.0.0', true );
			wp_enqueue_script( 'byline-notify' );
			wp_add_inline_script( 'byline-notify', $script . '( window.wp, ' . wp_json_encode( self::words() ) . ' );' );
		}
	}

	Byline_Notify::start();

endif;
