package words

import "dojo/models"

// MailKind is what a mail is about, in a list: "Password reset".
func MailKind(kind models.MailKind) string {
	switch kind {
	case models.InvitationMail:
		return "Invitation"
	case models.ResetMail:
		return "Password reset"
	case models.SignupMail, models.KnownAddressMail: // the list does not tell who has an account
		return "Sign-up"
	case models.NewDeviceMail:
		return "New device"
	case models.PasswordChangedMail:
		return "Password changed"
	case models.FactorChangedMail:
		return "Security change"
	case models.ExposureMail:
		return "Warning about a key"
	case models.NotificationMail:
		return "Notification"
	case models.DigestMail:
		return "Notifications of a day"
	}
	return string(kind)
}
