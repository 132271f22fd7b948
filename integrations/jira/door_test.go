package jira_test

const secret = "correct-horse-battery-staple"
